package eval_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/internal/eval"
)

var (
	differentialTime = flag.Duration("differential.time", 2*time.Second, "how long TestDifferential compares with Velocity")
	differentialMost = flag.Int("differential.most", 1, "how many differences TestDifferential shows before it ends")
	differentialSeed = flag.Uint64("differential.seed", 1, "what TestDifferential starts from; 0 is the time")
)

// packages are what the Java engine needs, as Debian calls it.
const packages = "velocity libjsonpath-java libjson-smart-java libcommons-lang-java libcommons-collections3-java default-jdk-headless"

var jars = []string{"velocity", "json-path", "json-smart", "accessors-smart", "asm", "commons-lang", "commons-collections3", "slf4j-api", "slf4j-nop"}

// oracle is Velocity 1.7 in a Java process: testdata/oracle/Oracle.java.
type oracle struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// shared is the oracle of all tests; why says why there is none.
var shared struct {
	sync.Once
	*oracle
	why error
}

// errMissing is the reason to skip a test that needs the oracle.
var errMissing = errors.New("to compare with Apache Velocity, install the Debian packages " + packages)

// withOracle returns the oracle, which it starts if nobody has. Where Velocity
// is not installed, it skips the test.
func withOracle(t testing.TB) *oracle {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts a Java process")
	}
	shared.Do(func() { shared.oracle, shared.why = startOracle() })
	if errors.Is(shared.why, errMissing) {
		t.Skip(shared.why)
	}
	if shared.why != nil {
		t.Fatal(shared.why)
	}
	return shared.oracle
}

func TestMain(m *testing.M) {
	code := m.Run()
	if o := shared.oracle; o != nil {
		o.in.Close() // it reads to the end
		if err := o.cmd.Wait(); err != nil {
			fmt.Fprintln(os.Stderr, "java:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// startOracle compiles and starts the oracle.
func startOracle() (*oracle, error) {
	for _, tool := range []string{"java", "javac"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("%w: %w", err, errMissing)
		}
	}
	classes, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(classes)
	path := []string{classes}
	for _, jar := range jars {
		file := filepath.Join("/usr/share/java", jar+".jar")
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("%w: %w", err, errMissing)
		}
		path = append(path, file)
	}
	classPath := strings.Join(path, string(os.PathListSeparator))
	sources, err := filepath.Glob("testdata/oracle/*.java")
	if err != nil {
		return nil, err
	}
	compile := exec.Command("javac", append([]string{"-nowarn", "-cp", classPath, "-d", classes}, sources...)...)
	if text, err := compile.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("javac: %w\n%s", err, text)
	}
	cmd := exec.Command("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", classPath, "Oracle")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o := &oracle{cmd, in, bufio.NewReader(out)}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	// An answer says that the classes have been read: they may go.
	if _, err := fmt.Fprintln(in, `{"template":"$input.path('$.a')$util.urlEncode('a')#foreach($i in [1])x#end"}`); err != nil {
		return nil, err
	}
	_, err = o.out.ReadBytes('\n')
	return o, err
}

// ask renders a case.
func (o *oracle) ask(t testing.TB, line []byte) (a answer) {
	t.Helper()
	// json-smart does not take all that JSON allows.
	line = bytes.ReplaceAll(line, []byte("\x7f"), []byte(`\u007f`))
	if _, err := o.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	text, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("%s: no answer: %v", line, err)
	}
	unmarshal(t, text, &a)
	return a
}

// differentialCase is a case in the form that both engines read.
type differentialCase struct {
	Template       string         `json:"template"`
	Body           string         `json:"body"`
	Params         map[string]any `json:"params"`
	Context        map[string]any `json:"context"`
	StageVariables map[string]any `json:"stageVariables"`
	Profile        string         `json:"profile,omitempty"` // "stock", or AWS's
}

// everything is an event that has something of each kind.
func everything(template string) differentialCase {
	return differentialCase{
		Template: template,
		Body: `{"s":"it's \"a\" b/c","n":7,"f":12.50,"t":true,"z":null,"e":"","big":12345678901234567890,"u":"é€😀","list":[3,1,2],` +
			`"map":{"k":"v","a":{"b":[1,{"c":null}]}},"objects":[{"id":"x","n":1},{"id":"y","n":2.0},{"n":null}]}`,
		Params:         map[string]any{"querystring": map[string]any{"q": "1"}, "path": map[string]any{}, "header": map[string]any{"H": "v"}},
		Context:        map[string]any{"connectionId": "Gyvd8c=", "identity": map[string]any{"sourceIp": "203.0.113.9"}, "authorizer": map[string]any{"n": "5"}},
		StageVariables: map[string]any{"table": "Conns"},
	}
}

// identity is text that has the address of a Java object in it, or a class.
var identity = regexp.MustCompile(`@[0-9a-f]{1,8}|java\.|Reference`)

// bounded is an error of a limit that Velocity does not have.
var bounded = regexp.MustCompile(`limit|nested|deep|too long|out of range$`)

// Debian's JsonPath is older than the one this engine is like. They agree about
// plainPath; newer is an error that the old one does not have. A bad number in a
// body, 5e- or 1e99999999999, ends a rendering with Debian's json-smart, and is
// broken JSON to newer ones.
var (
	literalPath = regexp.MustCompile(`(?:path|json)\(\s*(?:'([^']*)'|"([^"]*)")`)
	plainPath   = regexp.MustCompile(`^\$(\.[A-Za-z_]\w*|\[\d\]|\[\*\]|\['\w+'\])*$`)
	newer       = regexp.MustCompile(`^path "`)
	number      = regexp.MustCompile(`exponent digits|Exponent overflow|input string: "[-0-9.]+[eE]`)
)

// outcome is what a comparison shows.
type outcome int

const (
	same outcome = iota
	different
	incomparable
)

// compare renders a case with both engines. A difference is an error of the
// test, unless it is one that is meant: limits, and objects that print their
// address.
func compare(t testing.TB, o *oracle, c differentialCase) outcome {
	t.Helper()
	line, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	options := eval.Options{}
	if c.Profile != "" {
		options.Profile = stock
	}
	var out bytes.Buffer
	if err := eval.Lines(bytes.NewReader(line), &out, options); err != nil {
		t.Fatal(err)
	}
	var ours answer
	unmarshal(t, out.Bytes(), &ours)
	for _, path := range literalPath.FindAllStringSubmatch(c.Template, -1) {
		if text := path[1] + path[2]; !plainPath.MatchString(text) || strings.Contains(text, "*") && c.Body != everything("").Body {
			return incomparable // the old one finds an empty list behind a name that is not there
		}
	}
	if strings.Contains(c.Template, "hashCode") && strings.Contains(c.Template, "define") {
		return incomparable // the hash code of a block is an address
	}
	theirs := o.ask(t, line)
	if newer.MatchString(ours.Message) || strings.HasPrefix(theirs.Message, "InvalidPath") || ours.Output != nil && number.MatchString(theirs.Message) {
		return incomparable
	}
	switch {
	case theirs.Error == "resource", ours.Error == "render" && bounded.MatchString(ours.Message):
		return incomparable
	case theirs.Output != nil && identity.MatchString(*theirs.Output):
		return incomparable
	case ours.Output != nil && theirs.Output != nil && *ours.Output == *theirs.Output:
		return same
	case ours.Output == nil && theirs.Output == nil && ours.Error == theirs.Error:
		return same
	}
	t.Errorf("template %q\nprofile %s\nVelocity: %s %s %s\nours:     %s %s %s", c.Template, c.Profile,
		show(theirs.Output), theirs.Error, theirs.Message, show(ours.Output), ours.Error, ours.Message)
	return different
}

// TestDifferential renders templates that are made by chance, and templates of
// the corpus that have been changed by chance, with this engine and with Apache
// Velocity 1.7. It is short; for more:
//
//	go test ./internal/eval -run Differential -differential.time 10m -differential.seed 0
func TestDifferential(t *testing.T) {
	o := withOracle(t)
	seed := *differentialSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	g := &grammar{Rand: rand.New(rand.NewPCG(seed, 0))}
	cases := corpusCases(t)
	alike, differences, all := 0, 0, 0
	for began := time.Now(); time.Since(began) < *differentialTime && differences < *differentialMost; all++ {
		var c differentialCase
		g.stock = g.chance(8)
		if g.chance(3) {
			c = cases[g.IntN(len(cases))]
			c.Template = g.mutate(c.Template, cases[g.IntN(len(cases))].Template)
		} else {
			c = everything(g.template())
		}
		if g.chance(6) {
			c.Body = g.mutateJSON(c.Body)
			c.Template = g.one("", c.Template) + g.one("$input.path('$')", "$input.json('$')", "$input.path('$.map')", "$input.json('$.s')$input.path('$.n')", "$util.parseJson($input.body)")
		}
		if g.stock {
			c.Profile = "stock"
		}
		switch compare(t, o, c) {
		case same:
			alike++
		case different:
			differences++
		}
	}
	t.Logf("%d templates: %d rendered alike, %d differently, the others cannot be compared", all, alike, differences)
}

// corpusCases are the cases of the corpus, as far as the oracle's older JsonPath
// agrees with what is expected.
func corpusCases(t testing.TB) []differentialCase {
	t.Helper()
	text, err := os.ReadFile("testdata/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var cases []differentialCase
	for line := range bytes.Lines(text) {
		var v verdict
		var c differentialCase
		unmarshal(t, line, &v)
		unmarshal(t, line, &c)
		if v.Tier == "core" && !strings.Contains(string(line), "jsonpath") {
			cases = append(cases, c)
		}
	}
	return cases
}

// FuzzDifferential lets Go's fuzzer look for templates that this engine and
// Velocity render differently.
func FuzzDifferential(f *testing.F) {
	o := withOracle(f)
	g := &grammar{Rand: rand.New(rand.NewPCG(2, 0))}
	for range 20 {
		f.Add(g.template(), false)
	}
	for i, c := range corpusCases(f) {
		if i%25 == 0 {
			f.Add(c.Template, i%50 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, template string, stock bool) {
		c := everything(template)
		if stock {
			c.Profile = "stock"
		}
		compare(t, o, c)
	})
}
