package conformance

import "fmt"

// encodingCases are those of section 6 of the Autobahn test suite, which follow
// Markus Kuhn's "UTF-8 decoder capability and stress test".
func encodingCases(add func(string, ...any)) {
	const kosme = "κόσμε"
	add("6.2.1 Greek", text("Hello-µ@ßöäüàá-UTF-8!!"), sees("Hello-µ@ßöäüàá-UTF-8!!"))
	add("6.2.2 two fragments between two characters", fragments("Hello-µ@ß", "öäüàá-UTF-8!!"), sees("Hello-µ@ßöäüàá-UTF-8!!"))
	add("6.2.3 every byte a fragment", fragments(bytewise(kosme)...), sees(kosme))
	add("6.2.4 every byte a fragment, chopped", chopped(fragments(bytewise(kosme)...)), sees(kosme))
	add("6.3.2 what is no UTF-8, every byte a fragment",
		fragments(bytewise(kosme+"\xed\xa0\x80edited")...), closed(1007))
	add("6.4.1 it is refused before the message has ended", frame(0x01, kosme), frame(0x00, "\xf4\x90\x80\x80"), closed(1007))
	add("6.4.2 even where the character cannot end well any more", frame(0x01, kosme+"\xf4"), frame(0x00, "\x90"), closed(1007))
	add("6.4.3 within a frame", frame(0x01, kosme+"\xf4\x90\x80\x80edited"), closed(1007))
	valid := map[string][]string{
		"6.5 Greek":                         {kosme, "ascii"},
		"6.6 beginnings of it":              {"\xce\xba", "\xce\xba\xe1\xbd\xb9", "\xce\xba\xe1\xbd\xb9\xcf\x83"},
		"6.7 the first of a length":         {"\x00", "\xc2\x80", "\xe0\xa0\x80", "\xf0\x90\x80\x80"},
		"6.9 the last of a length":          {"\x7f", "\xdf\xbf", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"},
		"6.11 at the borders":               {"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf"},
		"6.22 noncharacters":                {"\xef\xbf\xbe", "\xef\xbf\xbf", "\xf0\x9f\xbf\xbe", "\xf0\x9f\xbf\xbf", "\xf4\x8f\xbf\xbe", "\xef\xb7\x90"},
		"6.23 what stands for other things": {"\xef\xbf\xb9", "\xef\xbf\xba", "\xef\xbf\xbb", "\xef\xbf\xbc", "\xef\xbf\xbd"},
	}
	for name, list := range valid {
		for _, s := range list {
			add(fmt.Sprintf("%s: %x", name, s), text(s), sees(s))
		}
	}
	invalid := map[string][]string{
		"6.6 cut characters":             {"\xce", "\xce\xba\xe1", "\xce\xba\xe1\xbd", "\xce\xba\xe1\xbd\xb9\xcf"},
		"6.8 lengths that are none":      {"\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80"},
		"6.10 the last of such":          {"\xf7\xbf\xbf\xbf", "\xfb\xbf\xbf\xbf\xbf", "\xfd\xbf\xbf\xbf\xbf\xbf"},
		"6.11 beyond the last character": {"\xf4\x90\x80\x80"},
		"6.12 continuations of nothing":  {"\x80", "\xbf", "\x80\xbf", "\x80\xbf\x80", "\x80\xbf\x80\xbf"},
		"6.13 starts of nothing":         {"\xc0 \xc1 \xc2 ", "\xe0 \xe1 \xef ", "\xf0 \xf1 \xf7 ", "\xf8 \xfb ", "\xfc \xfd "},
		"6.14 the last byte is missing":  {"\xc0", "\xe0\x80", "\xf0\x80\x80", "\xf8\x80\x80\x80", "\xdf", "\xef\xbf", "\xf7\xbf\xbf"},
		"6.16 bytes that never occur":    {"\xfe", "\xff", "\xfe\xfe\xff\xff"},
		"6.17 a slash, too long":         {"\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x80\x80\x80\xaf"},
		"6.18 too long at the borders":   {"\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x87\xbf\xbf\xbf"},
		"6.19 a NUL, too long":           {"\xc0\x80", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x80\x80\x80\x80"},
		"6.20 surrogates":                {"\xed\xa0\x80", "\xed\xad\xbf", "\xed\xae\x80", "\xed\xaf\xbf", "\xed\xb0\x80", "\xed\xbe\x80", "\xed\xbf\xbf"},
		"6.21 pairs of them":             {"\xed\xa0\x80\xed\xb0\x80", "\xed\xa0\x80\xed\xbf\xbf", "\xed\xaf\xbf\xed\xb0\x80", "\xed\xaf\xbf\xed\xbf\xbf"},
	}
	for name, list := range invalid {
		for _, s := range list {
			add(fmt.Sprintf("%s: %x", name, s), text(s), closed(1007))
			add(fmt.Sprintf("%s: %x in fragments", name, s), fragments("ok", s, ""), closed(1007))
		}
	}
}

// bytewise returns the bytes of a text.
func bytewise(s string) []string {
	parts := make([]string, len(s))
	for i := range len(s) {
		parts[i] = s[i : i+1]
	}
	return parts
}
