package tail

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
)

// undescribable is a world whose description the runs may be denied, each anew.
func undescribable(t *testing.T, shards int, denied *bool) *sim.World {
	return sim.New(t, shards, sim.Refuse("DescribeStreamSummary", "AccessDeniedException", func(int, sim.Message) bool { return *denied }))
}

// Whether the stream may be described or not, a run goes on in the one that the file
// is of, and in no other of that name.
func TestGoesOnInTheSameStreamOnly(t *testing.T) {
	for n := range 8 {
		first, second, third := n&1 > 0, n&2 > 0, n&4 > 0
		t.Run(fmt.Sprintf("denied %t %t %t", first, second, third), func(t *testing.T) {
			var denied bool
			path := filepath.Join(t.TempDir(), "at.json")
			w := undescribable(t, 2, &denied)
			goOn := func(deny bool, want ...string) {
				denied = deny
				lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path)})
				wantLines(t, lines, want...)
			}
			w.PutAt(0, "1")
			goOn(first, "1")
			w.Split(0, 4)
			w.PutAt(0, "2")
			goOn(second, "2")
			w.Call("DeleteStream", sim.Message{"StreamName": sim.Stream})
			w.Pass(time.Minute)
			w.Call("CreateStream", sim.Message{"StreamName": sim.Stream, "ShardCount": 1})
			w.PutAt(0, "of another stream")
			denied = third
			o := Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path), Out: &printed{}}
			if _, err := Run(context.Background(), w.Client, w.Describe(), o); err == nil || !strings.Contains(err.Error(), "the stream was created anew since") {
				t.Errorf("the stream of the same name: %v", err)
			}
		})
	}
}

// A stream whose first shards all expired does not tell when it was created, if it
// may not be described; the file can be read again all the same.
func TestGoesOnWithoutAnyTimeOfCreation(t *testing.T) {
	denied := true
	path := filepath.Join(t.TempDir(), "at.json")
	w := undescribable(t, 1, &denied)
	w.Split(0, 8)
	w.Pass(50 * time.Hour)
	for _, data := range []string{"1", "2"} {
		w.PutAt(0, data)
		o := Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path), Notice: func(string) {}}
		if created := w.Describe().CreatedAt; !created.IsZero() {
			t.Fatalf("created at %s", created)
		}
		lines, _ := run(t, context.Background(), w, o)
		wantLines(t, lines, data)
	}
}

// What tells streams apart, by what the file and the run know of them.
func TestSameStream(t *testing.T) {
	const arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
	refused := &stream.Error{Problem: stream.Denied}
	told := stream.Summary{Name: "orders", ARN: arn, CreatedAt: sim.Began}
	file := Checkpoint{Stream: arn, CreatedAt: createdAt(told), Filters: []string{}, Shards: []Mark{{ShardID: "a", Starting: "7"}, {ShardID: "b"}}}
	byName := file
	byName.Stream, byName.CreatedAt = "orders", nil
	same, other := shard.Lineage{{ID: "a", Starting: "7"}}, shard.Lineage{{ID: "a", Starting: "8"}}
	for _, c := range []struct {
		name   string
		file   Checkpoint
		stream stream.Summary
		listed shard.Lineage
		says   string
	}{
		{"its own", file, told, same, ""},
		{"all its shards have expired", file, told, nil, ""},
		{"the name in another region", file, stream.Summary{Name: "orders", ARN: strings.Replace(arn, "eu", "us", 1)}, same, "it is of the stream arn"},
		{"another name", byName, stream.Summary{Name: "order", Denied: refused}, same, "it is of the stream orders, and this is order"},
		{"a capture of that name", byName, stream.Summary{Name: "orders", Capture: true}, same, "it is of the stream orders, and this is capture orders"},
		{"created later", file, stream.Summary{ARN: arn, CreatedAt: sim.Began.Add(time.Second)}, same, "the stream was created anew since, at 2026-11-23 10:00:01"},
		{"by name, of the ARN", file, stream.Summary{Name: "orders", Denied: refused, CreatedAt: sim.Began.Add(time.Hour)}, same, ""},
		{"by name, another shard", file, stream.Summary{Name: "orders", Denied: refused}, other, "the stream was created anew since: another shard is named a now"},
		{"by ARN, of the name", byName, told, same, ""},
		{"by ARN, another shard", byName, told, other, "the stream was created anew since: another"},
		{"nothing tells", byName, told, shard.Lineage{{ID: "c"}}, "the stream may have been created anew since"},
		{"a shard that did not tell", byName, told, shard.Lineage{{ID: "b", Starting: "9"}}, "the stream may have been created anew since"},
	} {
		switch err := c.file.fits(c.stream, c.listed, []string{}, time.Time{}); {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.says != "" && (err == nil || !strings.HasPrefix(err.Error(), c.says)):
			t.Errorf("%s: %v, want %s", c.name, err, c.says)
		}
	}
}
