//go:build acceptance

package acceptance

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a program may take to start, and to end.
const patience = 20 * time.Second

// A program goes on while the script does.
type program struct {
	cmd   *exec.Cmd
	lines chan string   // what it prints, until nobody reads
	done  chan struct{} // closed when it ended
	mu    sync.Mutex
	out   bytes.Buffer // everything it printed
	log   bytes.Buffer // and complained
}

// programs are the running ones by their name; scripts run in parallel.
var programs sync.Map

func launch(ts *testscript.TestScript, name string, args []string) *program {
	path, err := lookPath(ts, args[0])
	ts.Check(err)
	p := &program{cmd: exec.Command(path, args[1:]...), lines: make(chan string, 64), done: make(chan struct{})}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Env = environ(ts)
	p.cmd.Stderr = &p.log
	p.cmd.WaitDelay = time.Second
	read, write := io.Pipe()
	p.cmd.Stdout = write
	ts.Check(p.cmd.Start())
	go func() {
		p.cmd.Wait()
		write.Close()
		close(p.done)
	}()
	go p.read(read)
	programs.Store(ts.Name()+" "+name, p)
	ts.Defer(func() {
		p.stop()
		if log := strings.TrimSpace(p.log.String()); log != "" {
			ts.Logf("[%s]\n%s", name, log)
		}
	})
	return p
}

// environ is the environment that the script has now.
func environ(ts *testscript.TestScript) []string {
	list := append([]string{"PATH=" + ts.Getenv("PATH")}, environment...)
	for _, name := range []string{"HOME", "TMPDIR", "NODE_PATH", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "SSL_CERT_FILE"} {
		if value := ts.Getenv(name); value != "" {
			list = append(list, name+"="+value)
		}
	}
	return list
}

// lookPath finds a program in the script's PATH.
func lookPath(ts *testscript.TestScript, name string) (string, error) {
	for _, dir := range strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if path, err := exec.LookPath(dir + "/" + name); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(name)
}

func (p *program) read(from io.Reader) {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		p.mu.Lock()
		p.out.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
		select {
		case p.lines <- lines.Text():
		default:
		}
	}
	close(p.lines)
}

// await returns the first line that good accepts.
func (p *program) await(ts *testscript.TestScript, good func(line string) bool) string {
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				<-p.done
				ts.Fatalf("%s ended: %s", p.cmd.Args[0], bytes.TrimSpace(p.log.Bytes()))
			}
			if good(line) {
				return line
			}
		case <-deadline:
			ts.Fatalf("%s was not ready within %v", p.cmd.Args[0], patience)
		}
	}
}

// stop ends the program as Ctrl-C does.
func (p *program) stop() {
	p.cmd.Process.Signal(os.Interrupt)
	select {
	case <-p.done:
	case <-time.After(patience):
		p.cmd.Process.Kill()
		<-p.done
	}
}

// startServer is "server [COMMAND] FLAGS...": it starts postern on a free port,
// waits for Ready. and sets AWS_ENDPOINT_URL. A server that ran before is
// stopped.
func startServer(ts *testscript.TestScript, _ bool, args []string) {
	if old, ok := programs.LoadAndDelete(ts.Name() + " server"); ok {
		old.(*program).stop()
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		args = append([]string{"serve"}, args...)
	}
	listen := []string{"--listen", "localhost:0"}
	for _, a := range args {
		if a == "--listen" {
			listen = nil
		}
	}
	p := launch(ts, "server", append(append([]string{binary}, args...), listen...))
	var url string
	p.await(ts, func(line string) bool {
		for word := range strings.FieldsSeq(line) {
			if url == "" && strings.HasPrefix(word, "http://") {
				url = word
			}
		}
		return line == "Ready."
	})
	ts.Setenv("AWS_ENDPOINT_URL", url)
}

// killServer is "crash": it ends the server as a crash would.
func killServer(ts *testscript.TestScript, _ bool, _ []string) {
	old, ok := programs.LoadAndDelete(ts.Name() + " server")
	if !ok {
		ts.Fatalf("no server runs")
	}
	p := old.(*program)
	ts.Check(p.cmd.Process.Kill())
	<-p.done
}

// startProgram is "start NAME COMMAND...": the program goes on while the script
// does; the first line that it prints is kept in the variable NAME.
func startProgram(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: start NAME COMMAND...")
	}
	p := launch(ts, args[0], args[1:])
	ts.Setenv(args[0], p.await(ts, func(string) bool { return true }))
}

// finishProgram is "finish NAME": the program must end by itself with exit code
// 0; everything that it printed is in the file NAME then.
func finishProgram(ts *testscript.TestScript, _ bool, args []string) {
	v, ok := programs.LoadAndDelete(ts.Name() + " " + args[0])
	if !ok {
		ts.Fatalf("no program %s runs", args[0])
	}
	p := v.(*program)
	select {
	case <-p.done:
	case <-time.After(patience):
		ts.Fatalf("%s did not end within %v; it printed\n%s", args[0], patience, p.printed())
	}
	for range p.lines {
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(p.printed()), 0o666))
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		ts.Fatalf("%s: exit code %d: %s", args[0], code, bytes.TrimSpace(p.log.Bytes()))
	}
}

func (p *program) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// output is "output NAME COMMAND...": it keeps what the command prints, without
// the last newline, in a variable.
func output(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: output NAME COMMAND...")
	}
	ts.Check(ts.Exec(args[1], args[2:]...))
	ts.Setenv(args[0], strings.TrimRight(ts.ReadFile("stdout"), "\n"))
}

// within is "within DURATION COMMAND...": the command must succeed in time.
func within(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	start := time.Now()
	err = ts.Exec(args[1], args[2:]...)
	if err != nil {
		ts.Fatalf("%v\n%s", err, bytes.TrimSpace([]byte(ts.ReadFile("stderr"))))
	}
	if took := time.Since(start); took > limit {
		ts.Fatalf("%s took %v, more than %v", args[1], took, limit)
	}
}

// await is "await FILE PATTERN": a program that runs beside the script must
// write, in time, a line that the pattern matches.
func await(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: await FILE PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && pattern.Match(text) {
			return
		}
		if time.Since(start) > patience {
			ts.Fatalf("no line of %s was like %s within %v\n%s", args[0], args[1], patience, text)
		}
	}
}
