package cmd

import (
	"bufio"
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
	"kinspect/internal/position"
	"kinspect/internal/stream"
	"kinspect/putrec"
)

const killLines = 20_000

// putKills is how many processes are killed; KINSPECT_KILLS=200 is the full number.
func putKills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("KINSPECT_KILLS"))
	if err != nil {
		return 20
	}
	return n
}

// A putrec that is killed at any moment has printed no receipt that is not true,
// and whoever goes on behind the last receipt's line loses nothing and repeats at
// most the lines of one call, as the help says.
func TestPutKilled(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "kinspect")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
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
	for kill := range putKills(t) {
		printed, copies := putAndKill(t, binary, file, lines.String(), random.IntN(killLines))
		if receipts, twice = receipts+printed, twice+copies; t.Failed() {
			t.Fatalf("kill %d", kill)
		}
	}
	t.Logf("%d kills: %d receipts, all true; %d lines in the stream twice, at most 500 a kill", putKills(t), receipts, twice)
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
		next, err := client.Iterator(t.Context(), id, position.Position{Kind: position.TrimHorizon})
		for err == nil {
			var page stream.Page
			if page, err = client.Records(t.Context(), id, next, 0); len(page.Records) == 0 {
				break
			}
			for _, r := range page.Records {
				at[id+string(r.SequenceNumber)] = string(r.Data)
				copies[string(r.Data)]++
			}
			next = page.Next
		}
		if err != nil {
			t.Fatal(err)
		}
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
