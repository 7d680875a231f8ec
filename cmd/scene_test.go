package cmd

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/local"
	"kinspect/internal/term"
)

func TestOutlook(t *testing.T) {
	const settle = 10 * time.Second
	p := coverage.Progress{Shards: 4, ShardsDone: 1, Records: 1234, Bytes: 5_600_000, Behind: 2 * time.Hour}
	for _, c := range []struct {
		elapsed, ahead time.Duration
		known          bool
		behind         time.Duration
		head           string
		words          []string
	}{
		{time.Second, 0, true, 2 * time.Hour, "1 of 4 shards read, 1,234 records, 5.6 MB, 2h behind, 1s so far", nil},
		{time.Minute, 0, false, 2 * time.Hour, "1 of 4 shards read, 1,234 records, 5.6 MB, 2h behind, 1m0s so far",
			[]string{"93,333 bytes/s", "20 records/s"}},
		{time.Minute, 0, true, 2 * time.Hour, "1 of 4 shards read, 1,234 records, 5.6 MB, 2h behind, 1m0s so far",
			[]string{"about 3m20s left", "93,333 bytes/s", "20 records/s"}},
		{time.Minute, 0, true, 0, "1 of 4 shards read, 1,234 records, 5.6 MB, 1m0s so far", []string{"waiting 10s for late records"}},
		{time.Minute, 90 * time.Second, true, 0, "1 of 4 shards read, 1,234 records, 5.6 MB, 1m0s so far", []string{"watching for another 1m30s"}},
		{time.Minute, 90 * time.Second, false, time.Minute, "1 of 4 shards read, 1,234 records, 5.6 MB, 1m behind, 1m0s so far",
			[]string{"93,333 bytes/s", "20 records/s"}},
	} {
		s := newScene(settle)
		s.meter.read(moment{})
		p.Behind = c.behind
		n := moment{Progress: p, elapsed: c.elapsed, ahead: c.ahead, left: 200 * time.Second, known: c.known}
		if head, words := s.summary(n), s.outlook(n); head != c.head || !slices.Equal(words, c.words) {
			t.Errorf("%s | %q, want %s | %q", head, words, c.head, c.words)
		}
	}
}

func TestShardBar(t *testing.T) {
	out := term.NewOutput(new(bytes.Buffer), term.Always, os.Getenv)
	for _, c := range []struct {
		shows coverage.Stretch
		done  float64
		words []string
	}{
		{coverage.Stretch{Done: time.Hour, Rest: 3 * time.Hour}, 0.25, []string{"3h behind", "0 bytes/s"}},
		{coverage.Stretch{Done: time.Hour, Rest: time.Hour, Bytes: 12_000_000, Throttled: 2}, 0.5, []string{"1h behind", "1.2 MB/s", "throttled 2 times"}},
		{coverage.Stretch{Done: 27 * time.Second, Rest: 9 * time.Second, Throttled: 1}, 0.75, []string{"at the tip", "throttled 1 time"}},
		{coverage.Stretch{Done: time.Hour, Ended: true, Throttled: 2}, 1, []string{"read"}},
		{coverage.Stretch{Done: time.Hour, Ended: true, Failed: true}, 1, []string{"failed"}},
	} {
		s := newScene(10 * time.Second)
		s.meter.read(moment{})
		c.shows.ShardID = "shardId-000000000003"
		got := s.bar(moment{elapsed: 10 * time.Second}, c.shows, out)
		if got.Name != "shard 3" || got.Done != c.done || !slices.Equal(got.Words, c.words) {
			t.Errorf("%v, want %v, %q", got, c.done, c.words)
		}
		if red := got.Style("x") == out.Error("x"); red != c.shows.Failed {
			t.Errorf("%v: red %v", c.words, red)
		}
	}
	ahead := newScene(0).bar(moment{ahead: 2 * time.Minute}, coverage.Stretch{Rest: 3*time.Minute + lookedAgain}, out)
	if !slices.Equal(ahead.Words, []string{"1m behind"}) {
		t.Errorf("what nobody can have read yet counts: %q", ahead.Words)
	}
}

func TestFurthest(t *testing.T) {
	stretches := func(rests ...time.Duration) (all []coverage.Stretch) {
		for i, rest := range rests {
			all = append(all, coverage.Stretch{ShardID: fmt.Sprint(i), Rest: rest})
		}
		return all
	}
	for _, c := range []struct {
		name   string
		shards []coverage.Stretch
		places int
		shown  []string
		want   []string
	}{
		{"none", nil, 3, nil, nil},
		{"no place", stretches(1, 2), 0, nil, nil},
		{"all have a place, those read as well", stretches(0, 2, 1), 3, nil, []string{"0", "1", "2"}},
		{"those furthest behind, by their IDs", stretches(50, 90, 10, 80), 2, nil, []string{"1", "3"}},
		{"equals by their IDs", stretches(7, 7, 7), 2, nil, []string{"0", "1"}},
		{"one that is shown stays", stretches(80, 90, 95), 1, []string{"0"}, []string{"0"}},
		{"unless it is far ahead", stretches(70, 90, 60), 1, []string{"0"}, []string{"1"}},
		{"or read", stretches(0, 1, 2), 2, []string{"0"}, []string{"1", "2"}},
		{"a straggler comes in", stretches(80, 80, 500), 2, []string{"0", "1"}, []string{"0", "2"}},
	} {
		before := slices.Clone(c.shards)
		var got []string
		for _, s := range furthest(c.shards, c.places, c.shown) {
			got = append(got, s.ShardID)
		}
		if !slices.Equal(got, c.want) || !slices.Equal(before, c.shards) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What a scan had read before it began, or goes on from, is no rate; nor is what it
// read long ago.
func TestMeter(t *testing.T) {
	var m meter
	at := func(elapsed time.Duration, bytes int64) moment {
		return moment{elapsed: elapsed, Progress: coverage.Progress{
			Bytes: bytes, Records: bytes / 10, Stretches: []coverage.Stretch{{ShardID: "a", Bytes: bytes / 2}},
		}}
	}
	for _, c := range []struct {
		elapsed time.Duration
		bytes   int64
		ok      bool
		rate    int64
	}{
		{0, 1000, false, 0},
		{4 * time.Second, 2000, false, 0},
		{10 * time.Second, 2000, true, 100},
		{30 * time.Second, 4000, true, 100},
		{40 * time.Second, 5000, true, 100},
		{60 * time.Second, 16_000, true, 400},  // since 30 s
		{90 * time.Second, 16_000, true, 0},    // since 60 s
		{100 * time.Second, 16_400, true, 10},  // since 60 s
		{119 * time.Second, 21_900, true, 100}, // since 60 s
	} {
		n := at(c.elapsed, c.bytes)
		m.read(n)
		bytes, records, ok := m.rates(n)
		if bytes != c.rate || records != c.rate/10 || ok != c.ok {
			t.Errorf("at %s: %d bytes/s, %d records/s, %v; want %d", c.elapsed, bytes, records, ok, c.rate)
		}
		if shard, ok := m.rate(n, n.Stretches[0]); shard != c.rate/2 || ok != c.ok {
			t.Errorf("at %s: %d bytes/s of the shard, want %d", c.elapsed, shard, c.rate/2)
		}
	}
}

// held is an endpoint with a stream "orders" of so many shards whose reading stands
// still until the gate is opened.
func held(t *testing.T, shards int) (url string, g *gate) {
	t.Helper()
	server := local.New(local.Options{NoQuotas: true})
	if err := server.CreateStream("orders", shards); err != nil {
		t.Fatal(err)
	}
	g = newGate("GetRecords", 1)
	served := httptest.NewServer(g.before(server))
	t.Cleanup(served.Close)
	t.Cleanup(g.open)
	return served.URL, g
}

// A terminal shows the scan and as many shards as it has room for, and then nothing
// but the verdict.
func TestTraceBars(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ columns, rows, shards, shown int }{
		{80, 24, 30, 10}, {80, 24, 4, 4}, {80, 24, 1, 0}, {40, 10, 30, 5}, {40, 6, 30, 1}, {80, 5, 30, 0}, {80, 2, 30, 0},
	} {
		url, g := held(t, c.shards)
		p := play(t, c.columns, c.rows, "trace", "orders", "nowhere", "--settle", "0s", "--endpoint-url", url)
		shown := p.await(t, "total ")
		bars := 0
		for _, line := range shown {
			if strings.HasPrefix(line, "shard ") && strings.Contains(line, " %  ") {
				bars++
			}
			if term.Width(line) >= c.columns && !strings.Contains(line, "kinspect: ") {
				t.Errorf("%v: %q fills the line", c, line)
			}
		}
		more := fmt.Sprintf("and %d more", c.shards-c.shown)
		if foot := slices.Contains(shown, more); bars != c.shown || foot != (c.shown > 0 && c.shown < c.shards) {
			t.Errorf("%v: %d shards, a foot %v:\n%s", c, bars, foot, strings.Join(shown, "\n"))
		}
		if head := fmt.Sprintf("0 of %s read, 0 records", term.Count(c.shards, "shard")); c.rows > 2 && !strings.Contains(strings.Join(shown, "\n"), head) {
			t.Errorf("%v: no %q in\n%s", c, head, strings.Join(shown, "\n"))
		}
		g.open()
		p.end()
		p.wantNoBars(t)
		if verdict := strings.Join(p.lines(), ""); p.code != 1 || !strings.Contains(verdict, `absent: "nowhere" did not enter stream orders`) {
			t.Errorf("%v: exit code %d, %s", c, p.code, verdict)
		}
		if found := leaks(p.String(), false); found != nil {
			t.Errorf("%v: %q", c, found)
		}
	}
}

// Where there is nothing left to read, it is said what is waited for. Ctrl-C removes
// the bars, and nothing goes on.
func TestTraceBarsEndWithCtrlC(t *testing.T) {
	url, g := held(t, 3)
	g.open()
	for want, args := range map[string][]string{"waiting 1h0m0s for late records": {"--settle", "1h"}, "watching for another ": {"--wait", "1h"}} {
		p := play(t, 80, 24, append(args, "trace", "orders", "nowhere", "--endpoint-url", url)...)
		p.await(t, want)
		p.interrupt()
		p.end()
		p.wantNoBars(t)
		if shown := strings.Join(p.lines(), ""); p.code != 130 || !strings.Contains(shown, `inconclusive: "nowhere" was not seen`) {
			t.Errorf("%s: exit code %d, %s", want, p.code, shown)
		}
	}
	stacks := make([]byte, 1<<20)
	for range 1000 {
		if stacks = stacks[:runtime.Stack(stacks[:cap(stacks)], true)]; !bytes.Contains(stacks, []byte("vbauerster")) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("still running:\n%s", stacks)
}

// Neither -q, nor a terminal that cannot erase, shows bars; and what an endpoint
// names its shards commands no terminal.
func TestTraceBarsElsewhere(t *testing.T) {
	t.Parallel()
	for kind, args := range map[string][]string{"dumb": nil, "xterm": {"-q"}} {
		url, g := held(t, 3)
		p := playOn(t, kind, 80, 24, append(args, "trace", "orders", "nowhere", "--settle", "0s", "--endpoint-url", url)...)
		for g.calls.Load() < 3 {
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Second) // in which bars are drawn several times
		g.open()
		if p.end(); p.code != 1 || strings.ContainsAny(p.String(), "█·\x1b") {
			t.Errorf("%s: exit code %d, %q", kind, p.code, p)
		}
	}
}

func TestTraceBarsOfAHostileEndpoint(t *testing.T) {
	t.Parallel()
	p := play(t, 300, 24, "trace", "orders", "nowhere", "--settle", "1h", "--endpoint-url", hostile(t))
	p.await(t, "waiting 1h0m0s for late records")
	shown := p.await(t, "shard "+term.Cut(term.EscapeLine(armed), 60))
	p.interrupt()
	p.end()
	if found := leaks(p.String(), false); found != nil {
		t.Errorf("%q", found)
	}
	if len(shown) > 10 {
		t.Errorf("torn:\n%s", strings.Join(shown, "\n"))
	}
}

// Thousands of shards cost next to nothing, a few times a second.
func BenchmarkScene(b *testing.B) {
	s, out := newScene(time.Second), term.NewOutput(new(bytes.Buffer), term.Never, os.Getenv)
	n := moment{elapsed: time.Minute, Progress: coverage.Progress{Shards: 4000}}
	for i := range 4000 {
		n.Stretches = append(n.Stretches, coverage.Stretch{ShardID: fmt.Sprintf("shardId-%012d", i), Rest: time.Duration(i*7919%4000) * time.Minute})
	}
	for b.Loop() {
		s.frame(n, out)
	}
}

func TestFrame(t *testing.T) {
	out := term.NewOutput(new(bytes.Buffer), term.Never, os.Getenv)
	stretches := []coverage.Stretch{{ShardID: "b", Done: 1, Rest: 1}, {ShardID: "a", Done: 2, Ended: true}}
	f := newScene(0).frame(moment{Progress: coverage.Progress{Shards: 2, ShardsDone: 1, Stretches: stretches}}, out)
	names := []string{}
	for _, bar := range f.Bars {
		names = append(names, fmt.Sprint(bar.Name, " ", bar.Done))
	}
	if want := []string{"total 0.75", "shard a 1", "shard b 0.5"}; !reflect.DeepEqual(names, want) || f.Foot != "" {
		t.Errorf("%q, %q, want %q", names, f.Foot, want)
	}
}
