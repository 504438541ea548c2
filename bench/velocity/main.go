// Command velocity renders the same templates with Postern and with Apache
// Velocity 1.7 on a JVM that is warm, in turns, and prints the time per
// rendering of both and the ratio. Each rendering has a new event with a body
// that is read again. Nothing is measured before both print the same.
//
//	velocity -cases internal/mapping/testdata/bench.jsonl -- java -cp CLASSES Bench
//
// Times are those of batches of renderings: their median and the best. It exits
// 1 if a median ratio is below -least.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

var (
	casesFile = flag.String("cases", "internal/mapping/testdata/bench.jsonl", "templates with their events, one JSON object a line")
	rounds    = flag.Int("rounds", 8, "turns of each engine")
	turn      = flag.Duration("turn", 500*time.Millisecond, "length of a turn")
	warm      = flag.Duration("warm", 3*time.Second, "time to warm up, for each engine and template")
	only      = flag.String("only", "", "part of the names of the templates to measure; all by default")
	least     = flag.Float64("least", 2, "ratio of the medians that is good enough")
)

// engine renders one template over and over.
type engine interface {
	// prepare makes a case ready and returns what it renders.
	prepare(c json.RawMessage) (output string, err error)
	// run renders for a while and returns the nanoseconds per rendering of each
	// batch.
	run(d time.Duration, batch int) ([]float64, error)
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("which command is the JVM? See the head of bench/velocity/main.go.")
	}
	if err := compare(flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func compare(java []string) error {
	cases, err := os.ReadFile(*casesFile)
	if err != nil {
		return err
	}
	other, err := startJVM(java)
	if err != nil {
		return err
	}
	defer other.stop()
	fmt.Printf("load average at the start: %s\n", loadAverage())
	fmt.Printf("%-18s %21s %21s %13s\n", "", "Velocity 1.7, ns", "Postern, ns", "ratio")
	fmt.Printf("%-18s %10s %10s %10s %10s %6s %6s\n", "template", "median", "best", "median", "best", "median", "best")
	slow := false
	for line := range bytes.Lines(cases) {
		var c struct{ ID string }
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		if !strings.Contains(c.ID, *only) {
			continue
		}
		velocity, postern, err := race(other, &ours{}, json.RawMessage(bytes.TrimSpace(line)))
		if err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
		ratio, best := velocity.median/postern.median, velocity.best/postern.best
		slow = slow || ratio < *least
		fmt.Printf("%-18s %10.0f %10.0f %10.0f %10.0f %6.1f %6.1f\n", c.ID, velocity.median, velocity.best, postern.median, postern.best, ratio, best)
	}
	fmt.Printf("load average at the end: %s\n", loadAverage())
	if slow {
		return fmt.Errorf("slower than %g times Velocity", *least)
	}
	return nil
}

// times are those of all batches of an engine.
type times struct {
	median, best float64
}

// race lets two engines render a case in turns.
func race(a, b engine, c json.RawMessage) (ta, tb times, err error) {
	engines := [...]engine{a, b}
	var outputs [2]string
	var batches [2]int
	for i, e := range engines {
		if outputs[i], err = e.prepare(c); err != nil {
			return ta, tb, err
		}
		if batches[i], err = warmUp(e); err != nil {
			return ta, tb, err
		}
	}
	if outputs[0] != outputs[1] {
		return ta, tb, fmt.Errorf("the engines differ:\n%s\n%s", outputs[0], outputs[1])
	}
	var all [2][]float64
	for range *rounds {
		for i, e := range engines {
			measured, err := e.run(*turn, batches[i])
			if err != nil {
				return ta, tb, err
			}
			all[i] = append(all[i], measured...)
		}
	}
	return summary(all[0]), summary(all[1]), nil
}

// batchTime is how long a batch is to take. It is short, so that what else runs
// on the machine spoils few of them, and long enough for a collection of garbage
// to fall into many of them.
const batchTime = 5 * time.Millisecond

// warmUp runs an engine until it is at its best, and returns the size of a
// batch.
func warmUp(e engine) (batch int, err error) {
	measured, err := e.run(*warm, 100)
	if err != nil {
		return 0, err
	}
	return max(1, int(float64(batchTime)/summary(measured).median)), nil
}

func summary(batches []float64) times {
	slices.Sort(batches)
	if len(batches) == 0 {
		return times{}
	}
	return times{median: batches[len(batches)/2], best: batches[0]}
}

// jvm is Bench.java.
type jvm struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func startJVM(command []string) (*jvm, error) {
	j := &jvm{cmd: exec.Command(command[0], command[1:]...)}
	j.cmd.Stderr = os.Stderr
	in, err := j.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := j.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	j.in, j.out = in, bufio.NewReader(out)
	return j, j.cmd.Start()
}

// stop ends the JVM, which reads to the end of its input.
func (j *jvm) stop() {
	j.in.Close()
	if err := j.cmd.Wait(); err != nil {
		log.Print(err)
	}
}

// ask sends a command and waits for the answer.
func (j *jvm) ask(command, answer any) error {
	line, err := json.Marshal(command)
	if err != nil {
		return err
	}
	if _, err := j.in.Write(append(line, '\n')); err != nil {
		return err
	}
	if line, err = j.out.ReadBytes('\n'); err != nil {
		return errors.Join(errors.New("the JVM gave no answer"), err)
	}
	return json.Unmarshal(line, answer)
}

func (j *jvm) prepare(c json.RawMessage) (string, error) {
	var answer struct{ Output string }
	err := j.ask(map[string]any{"case": c}, &answer)
	return answer.Output, err
}

func (j *jvm) run(d time.Duration, batch int) ([]float64, error) {
	var answer struct{ Batches []float64 }
	err := j.ask(map[string]any{"milliseconds": d.Milliseconds(), "batch": batch}, &answer)
	return answer.Batches, err
}

func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	fields := strings.Fields(string(text))
	return strings.Join(fields[:min(3, len(fields))], " ")
}
