package report

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

func inconclusive(t *testing.T) receipt.Receipt {
	t.Helper()
	file, err := os.Open("../receipt/testdata/inconclusive.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := receipt.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t *testing.T, r receipt.Receipt) string {
	t.Helper()
	var b bytes.Buffer
	if err := (Page{r, string(r.Verdict) + ": the sentence\n  a detail\n", "kinspect trace orders ord-9"}).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func holds(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in the page", part)
		}
	}
}

// A receipt of each verdict has its parts, and no other's.
func TestVerdicts(t *testing.T) {
	r := inconclusive(t)
	text := written(t, r)
	holds(t, text, `<h1 class="inconclusive">inconclusive</h1>`, `<p class="sentence">the sentence</p>`, "  a detail", "<h2>Reasons</h2>",
		`<th scope="row">shardId-000000000001</th>`, "kinspect trace orders ord-9", "url(#hatch)")
	if n := strings.Count(text, `<rect class="gap" x="`) - 1; n != 2 { // the legend has one
		t.Errorf("%d gaps are drawn, not 2", n)
	}
	r.Verdict, r.Matches = receipt.Found, []receipt.Match{{Meta: record.Meta{
		ShardID: "shardId-000000000001", SequenceNumber: "42", SubSequenceNumber: new(int), ApproximateArrivalTimestamp: r.Window.Until}}}
	holds(t, written(t, r), `<h1 class="found">`, "<h2>Matches</h2>", "42:0", `<path class="mark" transform="translate(980 `)
	r.Verdict, r.Matches, r.Reasons = receipt.Absent, nil, nil
	r.Conditions = []notice.Notice{{Code: notice.LeftClosed, Text: "a condition"}}
	text = written(t, r)
	holds(t, text, `<h1 class="absent">`, "<h2>Conditions</h2>", "a condition")
	if strings.Contains(text, "<h2>Reasons") || strings.Contains(text, "<h2>Matches") {
		t.Error("an absent page has reasons or matches")
	}
}

// What comes from a stream is shown, and neither commands nor misleads.
func TestHostile(t *testing.T) {
	const evil = "</title><script>alert(1)</script>\x1b[31m\u202e\" onload=x"
	r, key := inconclusive(t), evil
	r.Event.Text, r.Stream.Name, r.Tool = evil, evil, evil
	r.Reasons[0].Text, r.Coverage.Shards[0].ShardID, r.Coverage.Shards[0].Gaps[0].Text = evil, evil, evil
	r.Coverage.Shards[1].Parents = []string{evil}
	r.Matches = []receipt.Match{{Meta: record.Meta{ShardID: evil, SequenceNumber: evil, PartitionKey: &key}, Path: evil, DecodeError: evil, DeliverableReason: evil, SHA256: evil}}
	text := written(t, r)
	for _, bad := range []string{"<script", "\x1b", "\u202e", `" onload`, "http://", "src="} {
		if strings.Contains(strings.ReplaceAll(text, `"http://www.w3.org/2000/svg"`, ""), bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	holds(t, text, `\x1b[31m\u202e`, "&lt;script&gt;")
}

// However many shards there are, each has its row, in the picture and the table.
func TestManyShards(t *testing.T) {
	for _, n := range []int{1, 7, 64, 500} {
		r := inconclusive(t)
		opened := r.Window.From
		closed := record.Timestamp{Time: opened.Add(100 * time.Millisecond)}
		shards := make([]coverage.Account, n)
		for i := range shards {
			shards[i] = coverage.Account{ShardID: fmt.Sprintf("shardId-%012d", i), From: &opened, OpenedAt: &opened, Until: &r.Window.Until}
		}
		if n > 1 {
			shards[0].ClosedAt, shards[1].OpenedAt, shards[1].From, shards[1].Parents = &closed, &closed, &closed, []string{shards[0].ShardID}
		}
		r.Coverage.Shards = shards
		p := draw(r)
		if len(p.Read) != n || len(p.Lives) != n || len(p.Gaps) != 0 || (len(p.Flows) == 1) != (n > 1) || p.Height > 3000 {
			t.Errorf("%d shards: %d read, %d lives, %d gaps, %d flows, %v high", n, len(p.Read), len(p.Lives), len(p.Gaps), len(p.Flows), p.Height)
		}
		for i := range p.Labels[1:] {
			if p.Labels[i+1].Y-p.Labels[i].Y < labelEvery {
				t.Errorf("%d shards: names stand on each other", n)
			}
		}
		if got := strings.Count(written(t, r), `<th scope="row">`); got != n {
			t.Errorf("the table has %d rows, not %d", got, n)
		}
	}
}
