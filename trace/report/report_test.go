package report

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/trace/receipt"
)

const aDay = 24 * time.Hour

func written(t testing.TB, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
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

func lacks(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%q is in the page", part)
		}
	}
}

// A receipt of each verdict has its parts, no other's, and nothing twice.
func TestVerdicts(t *testing.T) {
	p := pageOf(lacking(absent(t, 7, aDay), 3))
	p.Event = `"ord-9" also within words`
	text := written(t, p)
	holds(t, text, `<header class="verdict inconclusive">`, `<h1>inconclusive</h1>`, "<h2>Why it is not proved</h2>", "kinesis:GetRecords was denied",
		`<th scope="row" class="id">shardId-000000000010</th>`, p.Command, "gap: not read", "also within words",
		"2026-11-23 15:41:14.000Z to 2026-11-24 15:41:14.000Z, both ends included", "<dd>auto</dd>", "<dd>10s</dd>", "<dd>0.6</dd>", "<dd>168 hours</dd>")
	lacks(t, text, ">Matches</h2>", "<h2>On condition</h2>", "match, with", "since the event had been found")
	if n := strings.Count(text, p.Sentence); n != 1 {
		t.Errorf("the sentence stands %d times", n)
	}

	text = written(t, pageOf(found(absent(t, 7, aDay), 0.5, 0.6)))
	holds(t, text, `<header class="verdict found">`, ">Matches</h2>", "<td class=\"long\">user-88</td>", ">03:41:14</text>", "match, with the time")
	lacks(t, text, "<h2>Why it is not proved</h2>", `class="gap"`)

	r := absent(t, 1, aDay)
	r.Conditions = []notice.Notice{{Code: notice.LeftClosed, Text: "a condition"}, {Code: notice.Opaque, Text: "3 records are opaque"}}
	p = pageOf(r)
	p.Tested = "the only shard, read and tested"
	text = written(t, p)
	holds(t, text, `<header class="verdict absent">`, "<h2>On condition</h2>", "<li>a condition <code>left-closed</code>", "<li>it is not inside them: 3 records are opaque <code>opaque</code>", p.Tested, "<h2>Assumptions</h2>", "no gap")
	lacks(t, text, "<h2>Why it is not proved</h2>", ">Matches</h2>", "<h2>Good to know</h2>", "gap: not read", "resharding")
}

// A receipt that was kept is shown too.
func TestKept(t *testing.T) {
	file, err := os.Open("../receipt/testdata/inconclusive.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := receipt.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	text := written(t, pageOf(r))
	holds(t, text, "read up to 2026-11-24 15:41:14.722Z", "no beginning was asked for", "http://127.0.0.1:35147")
	if n := strings.Count(text, `<rect class="gap" x="`) - 1; n != 2 { // the legend has one
		t.Errorf("%d gaps are drawn, not 2", n)
	}
}

// Data of records is shown where it was to be kept, and else nowhere.
func TestData(t *testing.T) {
	r := found(absent(t, 1, aDay), 0.5, 0.6)
	r.Matches[0].Text, r.Matches[0].Whole = "a secret of card 4711", false
	text := written(t, pageOf(r))
	lacks(t, text, "secret", "4711", `"row">its data`)
	holds(t, text, ".orderId, as part of a longer text", "<dt>Data kept (--with-data)</dt><dd>none</dd>")
	r.Settings.WithData, r.Settings.Redact = true, "del(.card)"
	r.Matches[0].Data, r.Matches[1].DataBase64 = []byte("{\"id\":\"<b>\u202e\"}"), []byte{0xff, 0}
	text = written(t, pageOf(r))
	holds(t, text, "<pre>{&#34;id&#34;:&#34;&lt;b&gt;\\u202e&#34;}</pre>", "<pre>in base64: /wA=</pre>", "that of matches, less what jq &#39;del(.card)&#39; leaves out")
}

// A capture carries no account of what was read, so none is drawn.
func TestCapture(t *testing.T) {
	r := lacking(absent(t, 1, aDay), 2)
	r.Stream.Capture, r.Endpoint = true, "capture.jsonl"
	text := written(t, pageOf(r))
	lacks(t, text, `id="picture"`, "What was read")
	holds(t, text, "capture.jsonl, of stream orders")
}

// Of many events those not found come first, and no more are held than are shown.
func TestManyEvents(t *testing.T) {
	const n = 100_000
	r := asked(absent(t, 1, aDay), n)
	text := written(t, pageOf(r))
	holds(t, text, "<h1>33,333 absent, 66,667 found</h1>", "100,000 events: 33,333 absent, 66,667 found", "Those not found come first. 99,800 are left out here")
	if rows := strings.Count(text, `<td class="absent">absent</td>`); rows != listMax {
		t.Errorf("%d events are listed", rows)
	}
	text = written(t, pageOf(asked(r, 9)))
	if first, last := strings.Index(text, ">ord-8</th>"), strings.Index(text, ">ord-0</th>"); first < 0 || last < first {
		t.Errorf("a missing event stands at %d, and one that was found at %d", first, last)
	}
	lacks(t, text, "left out here")
	held := 0
	shown := answersOf(func(yield func(receipt.Answer) bool) {
		for a := range r.Events {
			held++
			if !yield(a) {
				return
			}
		}
	})
	if held != n || len(shown.Shown) != listMax {
		t.Errorf("of %d events %d are shown", held, len(shown.Shown))
	}
}

// What is listed without end elsewhere is cut here, and that is said.
func TestLongLists(t *testing.T) {
	parts := make([]float64, 1000)
	for i := range parts {
		parts[i] = 0.1 + float64(i)/2000
	}
	r := found(absent(t, 1, aDay), parts...)
	text := written(t, pageOf(r))
	holds(t, text, "800 of 1,000 are left out here; the receipt has them.")
	if n := len(draw(r).Marks); n < 50 || n > 200 {
		t.Errorf("%d of 1,000 matches are drawn", n)
	}
	r = lacking(absent(t, 500, aDay), 3)
	r.Reasons = append([]notice.Notice{{Code: notice.Time, Text: "time was over"}}, r.Reasons...)
	said := reasons(r)
	if len(said) != 3 || said[0].Text != "time was over" || !strings.HasPrefix(said[1].Text, "167 reasons") || said[2].Code != "access-denied" {
		t.Errorf("%+v", said)
	}
}

// A record that could not be opened stands beside its shard, a gap once.
func TestLeftOut(t *testing.T) {
	r := lacking(absent(t, 7, aDay), 7)
	r.Reasons = append(r.Reasons, notice.Notice{Code: notice.Opaque, Text: "1 user record is xz", ShardID: r.Coverage.Shards[0].ShardID})
	left := shards(r)[0].Left
	if len(left) != 2 || !strings.HasSuffix(left[0].Text, "could be read") || left[1].Text != "1 user record is xz" {
		t.Errorf("%+v", left)
	}
	if left := shards(r)[1].Left; len(left) != 0 {
		t.Errorf("%+v", left)
	}
	if got := fmt.Sprint(shards(r)[1].Proof, shards(found(r, 0.5))[1].Proof); got != "endend" {
		t.Error(got)
	}
}
