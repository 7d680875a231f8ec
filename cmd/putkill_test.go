package cmd

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/record"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/putrec"
)

const killLines = 20_000

// killsOf is how many processes are killed, few where the race detector slows each
// down; KINSPECT_KILLS=200 is the full number.
func killsOf(t *testing.T) int {
	t.Helper()
	text := os.Getenv("KINSPECT_KILLS")
	switch {
	case text == "" && sim.Raced:
		return 4
	case text == "":
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A putrec that is killed at any moment has printed no receipt that is not true,
// and whoever goes on behind the last receipt's line loses nothing and repeats at
// most the lines of one call, as the help says.
func TestPutKilled(t *testing.T) {
	binary := ownBinary(t)
	file := filepath.Join(t.TempDir(), "lines")
	var lines strings.Builder
	for i := range killLines {
		fmt.Fprintf(&lines, "line %d\n", i+1)
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 2))
	receipts, twice := 0, 0
	for kill := range killsOf(t) {
		printed, copies := putAndKill(t, binary, file, lines.String(), random.IntN(killLines))
		if receipts, twice = receipts+printed, twice+copies; t.Failed() {
			t.Fatalf("kill %d", kill)
		}
	}
	t.Logf("%d kills: %d receipts, all true; %d lines in the stream twice, at most 500 a kill", killsOf(t), receipts, twice)
}

// ownBinary is the path of a kinspect that runs as a process, to be killed.
func ownBinary(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kinspect")
	if self, err := os.Executable(); err != nil || os.Symlink(self, binary) != nil {
		t.Fatal("the test's own binary cannot be linked to")
	}
	return binary
}

// A putrec that is killed has in --failed each line that it handed back before its
// last receipt, and nothing but whole lines.
func TestPutKilledHasKeptWhatItHandedBack(t *testing.T) {
	binary, dir := ownBinary(t), t.TempDir()
	file, failed := filepath.Join(dir, "lines"), filepath.Join(dir, "failed")
	var lines strings.Builder
	var bad []string // every tenth
	for i := range killLines {
		if i%10 > 0 {
			fmt.Fprintln(&lines, base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "line %d", i+1)))
			continue
		}
		bad = append(bad, fmt.Sprintf("no base64: %d\n", i+1))
		lines.WriteString(bad[i/10])
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	url := served(t)
	for range max(3, killsOf(t)/4) {
		_ = os.Remove(failed)
		printed := killed(t, exec.Command(binary, "putrec", "orders", "--file", file, "--base64", "--failed", failed,
			"--rate", "off", "-q", "--endpoint-url", url), 1+rand.IntN(killLines/2))
		kept, err := os.ReadFile(failed)
		if err != nil {
			t.Fatal(err)
		}
		least := (printed[len(printed)-1].Line + 9) / 10 // bad lines before the last receipt's
		n := strings.Count(string(kept), "\n")
		if n < least || n > len(bad) || string(kept) != strings.Join(bad[:n], "") {
			t.Fatalf("%d lines kept, want the first %d at least: %.200q", n, least, kept)
		}
	}
}

// putAndKill kills a putrec once it has printed so many receipts, and puts the rest.
func putAndKill(t *testing.T, binary, file, lines string, after int) (receipts, twice int) {
	t.Helper()
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	defer served.Close()
	printed := killed(t, exec.Command(binary, "putrec", "orders", "--file", file, "--rate", "off", "-q", "--endpoint-url", served.URL), after)

	last := 0
	for _, r := range printed {
		last = max(last, r.Line)
	}
	rest := strings.Join(strings.SplitAfter(lines, "\n")[last:], "")
	if rest != "" {
		kinspectWith(t, strings.NewReader(rest), "putrec", "orders", "--rate", "off", "-q", "--endpoint-url", served.URL).want(t, 0)
	}
	at, copies := everyRecord(t, server)
	for _, p := range printed {
		if want := fmt.Sprintf("line %d", p.Line); at[p.ShardID+string(p.SequenceNumber)] != want {
			t.Errorf("the receipt of line %d is not true", p.Line)
		}
	}
	for i := range killLines {
		switch n := copies[fmt.Sprintf("line %d", i+1)]; {
		case n == 0:
			t.Errorf("line %d is lost", i+1)
		case n > 1:
			twice += n - 1
		}
	}
	if twice > 500 {
		t.Errorf("%d lines are in the stream twice", twice)
	}
	return len(printed), twice
}

// everyRecord reads the stream: data by place, and how often each stands there.
func everyRecord(t *testing.T, server http.Handler) (at map[string]string, copies map[string]int) {
	t.Helper()
	at, copies = map[string]string{}, map[string]int{}
	client := stream.New(awsconf.InProcess(server, localRegion), "orders", stream.RealTime{})
	for _, id := range shardIDs([]string{"0", "1"}) {
		everyRecordOf(t, client, id, func(r record.Record) {
			at[id+string(r.SequenceNumber)] = string(r.Data)
			copies[string(r.Data)]++
		})
	}
	return at, copies
}

// killed runs the command until it has printed so many receipts, kills it, and
// returns all that it had printed whole.
func killed(t *testing.T, c *exec.Cmd, after int) (printed []putrec.Receipt) {
	t.Helper()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if after == 0 {
		_ = c.Process.Kill()
	}
	for in := bufio.NewReader(out); ; {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			break // a line without its end was not printed yet
		}
		var r putrec.Receipt
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if printed = append(printed, r); len(printed) == after {
			_ = c.Process.Kill()
		}
	}
	_ = c.Wait()
	return printed
}
