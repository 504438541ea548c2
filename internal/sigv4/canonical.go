package sigv4

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// canonicalRequest lays r out as the client must have laid it out to sign it,
// with the given canonical query.
func canonicalRequest(a authorization, r Request, query, payload string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n")
	b.WriteString(canonicalPath(r.Path, a.scope.Service) + "\n")
	b.WriteString(query + "\n")
	for name := range strings.SplitSeq(a.signedHeaders, ";") {
		b.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	b.WriteString("\n" + a.signedHeaders + "\n" + payload)
	return b.String()
}

// canonicalPath encodes the escaped path once more: %3D becomes %253D. S3
// signs the path as it is sent and keeps its dots and double slashes.
func canonicalPath(p, service string) string {
	if p == "" {
		return "/"
	}
	if service == "s3" {
		return p
	}
	clean := path.Clean(p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return encode(clean)
}

const upperHex = "0123456789ABCDEF"

// encode is AWS's UriEncode without the slash.
func encode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.~/", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// recode encodes a name or value of a query anew.
func recode(s string) string {
	plain, err := url.PathUnescape(s) // a plus sign stands for itself
	if err != nil {
		return s
	}
	return strings.ReplaceAll(encode(plain), "/", "%2F")
}

// recodeForm is recode for what was encoded as a form is: a plus sign is a blank.
func recodeForm(s string) string { return recode(strings.ReplaceAll(s, "+", "%20")) }

// canonicalQuery sorts the parameters by name, then value, and leaves the
// signature itself out. Names and values are encoded by the given function; nil
// keeps the encoding that the client chose.
func canonicalQuery(raw string, encode func(string) string) string {
	if raw == "" {
		return ""
	}
	type pair struct{ name, value string }
	var pairs []pair
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		if part == "" || name == "X-Amz-Signature" {
			continue
		}
		if encode != nil {
			name, value = encode(name), encode(value)
		}
		pairs = append(pairs, pair{name, value})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

// canonicalHeader joins the values of a header with their inner blanks
// collapsed. Go keeps Host and Content-Length apart from the other headers, so
// the caller puts the latter back where it was sent.
func canonicalHeader(r Request, name string) string {
	if name == "host" {
		return r.Host
	}
	values := r.Header.Values(name)
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.Join(strings.Fields(v), " ")
	}
	return strings.Join(out, ",")
}
