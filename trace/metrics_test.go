package trace

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/fxamacker/cbor/v2"

	"kinspect/internal/match"
	"kinspect/internal/metric"
	"kinspect/internal/notice"
	"kinspect/internal/services"
	"kinspect/internal/step"
	"kinspect/trace/receipt"
)

// cloudWatch counts what came in, by the minute, and was asked for what is since a time.
type cloudWatch struct {
	incoming metric.Read
	since    time.Time
}

func (c *cloudWatch) Do(r *http.Request) (*http.Response, error) {
	var asked struct{ StartTime, EndTime time.Time }
	if err := cbor.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	c.since = asked.StartTime
	var times []time.Time
	var sums []float64
	for at := asked.StartTime; at.Before(asked.EndTime); at = at.Add(time.Minute) {
		times, sums = append(times, at), append(sums, float64(c.incoming[metric.MinuteOf(at)]))
	}
	mode, _ := cbor.EncOptions{Time: cbor.TimeUnix, TimeTag: cbor.EncTagRequired}.EncMode()
	text, err := mode.Marshal(map[string]any{"MetricDataResults": []any{map[string]any{"Id": "m0", "StatusCode": "Complete", "Timestamps": times, "Values": sums}}})
	w := httptest.NewRecorder()
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	_, _ = w.Write(text)
	return w.Result(), err
}

// asked has a question ask it too.
func (c *cloudWatch) asked(w *world) func(*Options) {
	return func(o *Options) {
		o.Metrics = true
		o.Services = services.Around(aws.Config{
			Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:1"), HTTPClient: c,
			Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		}, w.client)
	}
}

// put puts a record, and has CloudWatch count it.
func (c *cloudWatch) put(w *world, key string) {
	w.put(key, `{"orderId":"ord-1","event":"placed"}`) // which a sieve would pass over
	c.incoming[metric.MinuteOf(w.Clock.Now())]++
}

// What was read of all shards is as much as came in, minute by minute; one more came in
// than was read leaves the verdict open, also once it is gone on from.
func TestMetricsOfWorld(t *testing.T) {
	w, c := newWorld(t, 3), &cloudWatch{incoming: metric.Read{}}
	created := w.Clock.Now()
	c.incoming[metric.MinuteOf(created)-7] = 1000 // of an earlier stream of the name
	for i := range 60 {
		c.put(w, string(rune('a'+i%26)))
		w.Pass(20 * time.Second)
	}
	w.Pass(2 * time.Minute)
	from := func(o *Options) { o.From = created.Add(-30 * time.Minute).Truncate(time.Minute) }
	for name, change := range map[string][]func(*Options){"an open window": nil, "one within": {func(o *Options) { o.From = created.Add(5 * time.Minute) }}} {
		r := w.trace("ord-9", append(change, c.asked(w))...)
		want(t, r, receipt.Absent)
		m := r.Metrics
		if m == nil || !strings.HasSuffix(m.Tells[0], "that arrived then: none is missing by that count") {
			t.Fatalf("%s: %+v", name, m)
		}
		read := 0
		for i, n := range m.Read {
			read += int(n)
			if in := m.Series[0].Sums[i]; i > 0 && i < len(m.Read)-1 && n != in {
				t.Errorf("%s: %d were read of period %d, and %d came in", name, n, i, in)
			}
		}
		if whole := name == "an open window"; whole != (read == 60) || read == 0 {
			t.Errorf("%s: %d were read", name, read)
		}
	}
	r := w.trace("ord-9", from, c.asked(w))
	want(t, r, receipt.Inconclusive, string(notice.Created))
	if c.since.Before(created.Truncate(time.Minute)) {
		t.Errorf("CloudWatch was asked for what is since %v, and the stream is of %v", c.since, created)
	}
	c.incoming[metric.MinuteOf(created)+5]++
	r = w.trace("ord-9", c.asked(w))
	want(t, r, receipt.Inconclusive, string(notice.Metrics))
	if !r.Coverage.Complete || !strings.HasSuffix(r.Reasons[0].Text, "at least 1 record was missing from what was read") {
		t.Errorf("%+v: %v", r.Metrics, r.Reasons)
	}
	again := kept(t, r)
	r = w.trace("ord-9", func(o *Options) { o.Resume = again })
	want(t, r, receipt.Inconclusive, string(notice.Metrics))
}

// Where it was found, or nobody asks, CloudWatch is not asked; nor is it once the scan was
// interrupted.
func TestMetricsNotAsked(t *testing.T) {
	w, c := newWorld(t, 1), &cloudWatch{incoming: metric.Read{}}
	w.Pass(time.Hour)
	c.put(w, "a")
	if r := w.trace("ord-1", c.asked(w)); r.Metrics != nil || !c.since.IsZero() {
		t.Errorf("of what was found: %+v", r.Metrics)
	}
	if r := w.trace("ord-9", c.asked(w), func(o *Options) { o.Metrics = false }); r.Metrics != nil || !c.since.IsZero() {
		t.Errorf("unasked: %+v", r.Metrics)
	}
	r := w.trace("ord-9", c.asked(w), func(o *Options) { o.Wait, o.Timeout = 1000*time.Hour, time.Minute })
	want(t, r, receipt.Inconclusive, string(notice.Time), string(notice.Time))
	if until := w.Clock.Now().Add(2 * time.Minute); r.Metrics.Until.After(until) || r.Metrics.Read != nil {
		t.Errorf("of a window that was left before its end: %+v", r.Metrics)
	}
	stopped, stop := context.WithCancel(t.Context())
	content, err := match.Event("ord-9")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Event: receipt.Event{Text: "ord-9"}, Content: content, Settle: time.Second, ReadShare: 0.6}
	c.asked(w)(&o)
	o.handled = func(step.Step) { stop() }
	if r := w.run(stopped, o); r.Metrics == nil || r.Metrics.NotChecked != "interrupted" || r.Verdict != receipt.Inconclusive {
		t.Errorf("interrupted: %+v", r.Metrics)
	}
}
