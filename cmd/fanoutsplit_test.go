package cmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"kinspect/internal/peers"
)

// Two thousand records, put before and after a split that happens while the stream is
// followed, are read once each by fan-out, of an endpoint that others wrote; and a trace
// in slices reads as many.
func TestFanOutAcrossASplit(t *testing.T) {
	t.Parallel()
	f := newFanned(t) // with one record
	client := peers.NewClient(t, f.url)
	put := func(from, to int) {
		var records []peers.Record
		for i := from; i < to; i++ {
			records = append(records, peers.Record{PartitionKey: fmt.Sprintf("k%d", i), Data: fmt.Appendf(nil, `{"n":%d}`, i)})
		}
		client.Put("orders", records)
	}
	var stderr bytes.Buffer
	tail := exec.Command(ownBinary(t), "tail", "orders", "--from", "trim-horizon", "-n", "2000", "-o", "json", "--fan-out", "--endpoint-url", f.url)
	tail.Stderr = &stderr
	out, err := tail.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tail.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tail.Process.Kill() })
	put(1, 1000)
	lines := bufio.NewScanner(out)
	seen := map[string]bool{}
	read := func(until int) {
		for len(seen) < until && lines.Scan() {
			var r struct{ ShardID, SequenceNumber string }
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil || seen[r.SequenceNumber] {
				t.Fatalf("%v, or twice: %s", err, lines.Text())
			}
			seen[r.SequenceNumber] = true
		}
	}
	read(500)
	client.Split("orders", "shardId-000000000000")
	put(1000, 2000)
	read(2000)
	if err := tail.Wait(); err != nil || len(seen) != 2000 {
		t.Fatalf("%d records, %v: %s", len(seen), err, &stderr)
	}
	r := kinspect(t, "trace", "orders", "ord-none", "--fan-out=3", "--endpoint-url", f.url)
	if r.want(t, 1); !strings.Contains(r.stdout, "all 4 shards, 2,000 records (2,000 user records) read and tested, none left out") {
		t.Errorf("said %s", r.stdout)
	}
	f.none(t)
}
