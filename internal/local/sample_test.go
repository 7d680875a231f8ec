package local

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/record"
)

// sampled is one user record of the sample, decoded.
type sampled struct {
	shard      *shard
	in         storedRecord
	aggregated bool
	compressed bool
	text       string
}

// sample makes the sample and decodes all that is in it.
func sample(t *testing.T) (*Server, *stream, []sampled) {
	t.Helper()
	s, err := Sample(&handClock{noon})
	if err != nil {
		t.Fatal(err)
	}
	checkout := s.streams[SampleStream]
	var all []sampled
	for _, d := range checkout.shards {
		for _, r := range d.records {
			users, err := kpl.Deaggregate(record.Record{PartitionKey: &r.key, Data: r.data})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range users {
				u := sampled{shard: d, in: r, aggregated: u.Aggregated, text: string(u.UserData)}
				u.decompress(t)
				all = append(all, u)
			}
		}
	}
	return s, checkout, all
}

func (u *sampled) decompress(t *testing.T) {
	t.Helper()
	if !strings.HasPrefix(u.text, "\x1f\x8b") {
		return
	}
	r, err := gzip.NewReader(strings.NewReader(u.text))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	u.text, u.compressed = string(text), true
}

func TestSampleShards(t *testing.T) {
	_, checkout, _ := sample(t)
	var got []string
	for _, d := range checkout.shards {
		line := d.id[len(d.id)-1:]
		for _, p := range d.parents {
			line += "<" + p.id[len(p.id)-1:]
		}
		if d.closed {
			line += " closed"
		}
		got = append(got, line)
	}
	if want := "0; 1 closed; 2 closed; 3; 4<1; 5<1 closed; 6<5<2"; strings.Join(got, "; ") != want {
		t.Errorf("shards %s, want %s", strings.Join(got, "; "), want)
	}
	for i, d := range checkout.shards {
		if len(d.records) < 50 {
			t.Errorf("shard %d holds %d records only", i, len(d.records))
		}
	}
}

func TestSampleHoldsAllFormats(t *testing.T) {
	_, checkout, users := sample(t)
	records := 0
	for _, d := range checkout.shards {
		records += len(d.records)
	}
	if records < 1800 || records > 2200 {
		t.Errorf("%d records", records)
	}
	t.Logf("%d records, %d user records", records, len(users))
	formats := map[string]int{}
	for _, u := range users {
		if !json.Valid([]byte(u.text)) {
			t.Fatalf("not JSON: %q", u.text)
		}
		name := "plain"
		switch {
		case strings.Contains(u.text, `"DATA_MESSAGE"`):
			name = "logs"
		case u.aggregated:
			name = "kpl"
		case u.compressed:
			name = "gzip"
		}
		formats[name]++
	}
	for _, name := range []string{"plain", "gzip", "kpl", "logs"} {
		if formats[name] < 100 {
			t.Errorf("user records by format: %v", formats)
		}
	}
}

// The named orders are where their constants say, and nowhere else.
func TestSampleNamedOrders(t *testing.T) {
	_, _, users := sample(t)
	for id, is := range map[string]func(sampled) bool{
		SamplePlainOrder:       func(u sampled) bool { return !u.aggregated && !u.compressed && !u.shard.closed },
		SampleCompressedOrder:  func(u sampled) bool { return !u.aggregated && u.compressed },
		SampleAggregatedOrder:  func(u sampled) bool { return u.aggregated && !u.compressed },
		SampleClosedShardOrder: func(u sampled) bool { return !u.aggregated && !u.compressed && u.shard.id == shard1 },
		SampleLoggedOrder:      func(u sampled) bool { return u.compressed && strings.Contains(u.text, `"messageType":"DATA_MESSAGE"`) },
	} {
		var found []sampled
		for _, u := range users {
			if strings.Contains(u.text, id) {
				found = append(found, u)
			}
		}
		if len(found) != 1 || !is(found[0]) {
			t.Errorf("%s stands in %d user records, or not as its constant tells", id, len(found))
		}
	}
	for _, u := range users {
		if strings.Contains(u.text, SampleMissingOrder) {
			t.Errorf("%s stands in %s", SampleMissingOrder, u.text)
		}
	}
}

func TestSampleOrdersAreUnique(t *testing.T) {
	_, _, users := sample(t)
	seen := map[string]bool{}
	for _, u := range users {
		var e orderEvent
		if err := json.Unmarshal([]byte(u.text), &e); err != nil {
			t.Fatal(err)
		}
		what := e.OrderID + " " + e.Event
		if e.OrderID != "" && seen[what] {
			t.Errorf("%s twice", what)
		}
		seen[what] = true
	}
}

// KCL would deliver every user record: each hashes into its shard.
func TestSampleAggregatesFitTheirShards(t *testing.T) {
	_, checkout, _ := sample(t)
	for _, d := range checkout.shards {
		for _, r := range d.records {
			users, err := kpl.Deaggregate(record.Record{PartitionKey: &r.key, Data: r.data})
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range users {
				if !d.hashes.contains(hashOf(*u.UserKey)) {
					t.Errorf("%s: %q does not belong into %s", r.sequence, *u.UserKey, d.id)
				}
			}
			if len(users) > 1 && r.key != "a" || len(users) == 0 {
				t.Errorf("%d user records with partition key %q", len(users), r.key)
			}
		}
	}
}

// Times, sequence numbers and lineage tell one story.
func TestSampleIsConsistent(t *testing.T) {
	_, checkout, _ := sample(t)
	for _, d := range checkout.shards {
		previous := d.starting
		for _, r := range d.records {
			q, ok := parseSequence(r.sequence)
			if !ok || q.at != r.arrived/1000 || q.created != d.createdSecond || q.shard != d.number {
				t.Errorf("%s of %s arrived at %d says %+v", r.sequence, d.id, r.arrived, q)
			}
			if compareSequences(r.sequence, previous) <= 0 {
				t.Errorf("%s comes after %s", r.sequence, previous)
			}
			previous = r.sequence
			arrived := time.UnixMilli(r.arrived)
			if arrived.Before(noon.Add(-sampleDay)) || arrived.After(noon) || d.closed && arrived.After(d.closedAt) {
				t.Errorf("a record of %s arrived at %v", d.id, arrived)
			}
			for _, p := range d.parents {
				if arrived.Before(p.closedAt) {
					t.Errorf("a record of %s arrived at %v, before %s closed", d.id, arrived, p.id)
				}
			}
		}
	}
}

// The same every time, but for the times; those stand in the logs only.
func TestSampleIsTheSameEveryTime(t *testing.T) {
	texts := func(now time.Time) string {
		s, err := Sample(&handClock{now})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, d := range s.streams[SampleStream].shards {
			for _, r := range d.records {
				fmt.Fprintf(&b, "%s %s %d\n", d.id, r.key, r.arrived-now.UnixMilli())
				if !strings.HasPrefix(r.key, "payments") {
					b.Write(r.data)
				}
			}
		}
		return b.String()
	}
	if texts(noon) != texts(noon.Add(777*time.Hour)) {
		t.Error("another sample at another time")
	}
}

func TestSampleIsNotTrimmedForAnHour(t *testing.T) {
	clock := &handClock{noon}
	s, err := Sample(clock)
	if err != nil {
		t.Fatal(err)
	}
	e := &endpoint{t, s, clock}
	count := func() (n int) {
		for i := range 7 {
			n += len(e.first(SampleStream, shardID(i), "TRIM_HORIZON", nil).Records)
		}
		return n
	}
	before := count()
	clock.advance(59 * time.Minute)
	if after := count(); after != before {
		t.Errorf("%d records, %d an hour later", before, after)
	}
}
