package report

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kinspect/internal/metric"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// alone have no end.
var alone = []string{"meta", "br"}

// element is a start tag as a browser reads it.
type element struct {
	name  string
	attrs map[string]string
}

// elements takes a page apart, and fails where a tag is not closed in its turn.
func elements(t *testing.T, text string) (all []element) {
	t.Helper()
	var open []string
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) || len(open) > 0 {
				t.Errorf("%v, with %v open", z.Err(), open)
			}
			return all
		case html.StartTagToken, html.SelfClosingTagToken:
			e := element{token.Data, map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Key] = a.Val
			}
			all = append(all, e)
			if kind == html.StartTagToken && !slices.Contains(alone, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> ends %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
}

var outside = regexp.MustCompile(`(?i)@import|url\((?:[^#]|$)|javascript:|expression\(`)

// sound wants a page that runs nothing, fetches nothing, and says what its parts are.
func sound(t *testing.T, text string) {
	t.Helper()
	ids := map[string]bool{}
	all := elements(t, text)
	for _, e := range all {
		if id := e.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("two elements are called %q", id)
			}
			ids[id] = true
		}
	}
	policy := false
	for _, e := range all {
		policy = policy || e.attrs["http-equiv"] == "Content-Security-Policy" && e.attrs["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
		if slices.Contains([]string{"script", "img", "link", "iframe", "object", "embed", "form", "a", "base", "foreignobject", "use", "image"}, strings.ToLower(e.name)) {
			t.Errorf("<%s> is in the page", e.name)
		}
		if e.name == "th" && e.attrs["scope"] == "" {
			t.Error("a heading of a table has no scope")
		}
		for name, value := range e.attrs {
			linked := slices.Contains([]string{"src", "href", "xlink:href", "action", "srcset", "style", "background"}, name)
			if linked || strings.HasPrefix(name, "on") || outside.MatchString(value) || strings.Contains(value, "://") && name != "xmlns" {
				t.Errorf("<%s %s=%q>", e.name, name, value)
			}
			if name == "aria-labelledby" {
				for id := range strings.FieldsSeq(value) {
					if !ids[id] {
						t.Errorf("<%s> is labelled by %q, which is not there", e.name, id)
					}
				}
			}
		}
		if e.name == "svg" && e.attrs["aria-hidden"] != "true" && (e.attrs["role"] != "img" || e.attrs["aria-labelledby"] == "") {
			t.Errorf("a picture is neither told nor hidden: %v", e.attrs)
		}
	}
	if !policy {
		t.Error("the page has no policy")
	}
	if bad := outside.FindString(pageStyle); bad != "" {
		t.Errorf("%q is in the style", bad)
	}
}

func TestSound(t *testing.T) {
	for _, r := range []receipt.Receipt{
		absent(t, 1, aDay), absent(t, 500, aDay), found(absent(t, 7, aDay), 0.2, 0.5), lacking(absent(t, 64, aDay), 3), asked(lacking(absent(t, 7, aDay), 3), 20),
	} {
		sound(t, written(t, pageOf(r)))
	}
}

// What comes from a stream is shown, and neither commands nor misleads.
func TestHostile(t *testing.T) {
	const evil = "</title></style><script>alert(1)</script><img src=http://x>\x1b[31m\u202e\" onload=x '`"
	key, number := evil, 3
	r := found(lacking(absent(t, 7, aDay), 3), 0.5)
	r.Verdict, r.Account, r.Region, r.Endpoint, r.Tool = receipt.Inconclusive, evil, evil, evil, evil
	r.Stream = receipt.Stream{Name: evil, ARN: evil, CreatedAt: r.Stream.CreatedAt, RetentionHours: 24}
	r.Settings.Decode, r.Settings.Schemas = evil, evil
	hostile := []notice.Notice{{Code: evil, Text: evil, ShardID: evil}}
	r.Reasons, r.Conditions, r.Caveats = append(r.Reasons, hostile...), hostile, hostile
	r.Coverage.Shards[0].ShardID, r.Coverage.Shards[0].Gaps[0].Text, r.Coverage.Shards[0].Gaps[0].Code = evil, evil, evil
	r.Coverage.Shards[1].Parents = []string{evil}
	r.Matches = []receipt.Match{{
		Meta: record.Meta{ShardID: evil, SequenceNumber: evil, SubSequenceNumber: &number, PartitionKey: &key, ApproximateArrivalTimestamp: *stamp(until.Add(-aDay / 2))},
		Path: evil, Text: evil, Data: []byte(strconv.Quote("</pre>" + evil)), DecodeError: evil, Deliverable: new(bool), DeliverableReason: evil, SHA256: evil,
	}}
	r.Outside = r.Matches
	r.Metrics = &metric.Metrics{From: r.Window.From, Until: r.Window.Until, PeriodSeconds: 60, Series: []metric.Series{{Metric: evil, Sums: []metric.Sum{1, 2}}}, Tells: []string{evil}}
	r.Events = func(yield func(receipt.Answer) bool) {
		yield(receipt.Answer{Line: 1, Event: evil, Verdict: receipt.Inconclusive, Outside: r.Matches})
	}
	for _, r := range []receipt.Receipt{r, asked(r, 3)} {
		text := written(t, Page{r, evil, evil, evil, evil})
		sound(t, text)
		lacks(t, text, "<script", "\x1b", "\u202e", `" onload`, "<img")
		holds(t, text, `\x1b[31m\u202e`, "&lt;script&gt;")
		for _, e := range elements(t, text) {
			if _, loads := e.attrs["onload"]; loads {
				t.Errorf("<%s> has a handler", e.name)
			}
		}
	}
}
