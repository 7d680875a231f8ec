package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/decode"
	"kinspect/internal/match"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// verify asks the world's stream about the JSON of a receipt; what cannot be read
// as one is not confirmed.
func (w *world) verify(text []byte) (Verification, error) {
	r, err := receipt.Read(bytes.NewReader(text))
	if err != nil {
		return Verification{}, err
	}
	var content match.Matcher
	if r.Event.Text != "" {
		if content, err = match.Event(r.Event.Text); err != nil {
			return Verification{}, err
		}
	}
	decoder, err := decode.NewDecoder(r.Settings.Decode)
	if err != nil {
		return Verification{}, err
	}
	return Verify(context.Background(), w.client, w.Describe(), VerifyOptions{
		Receipt: r, Intact: receipt.Intact(text), Content: content, Decoder: decoder,
	})
}

func (w *world) wantOutcome(text []byte, want receipt.Outcome, says string) {
	w.t.Helper()
	v, err := w.verify(text)
	said := slices.ContainsFunc(v.Findings, func(f receipt.Finding) bool {
		return f.Outcome == want && strings.Contains(f.Text, says)
	})
	if err != nil || v.Outcome != want || !said {
		w.t.Errorf("%v: %s %+v, want %s: %s", err, v.Outcome, v.Findings, want, says)
	}
}

func spelled(t *testing.T, r receipt.Receipt) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// forgeable are receipts that together have every kind of proof, a match outside
// the window, a user record of an aggregate, and shards that were resharded.
func forgeable(t *testing.T) (*world, map[string][]byte) {
	w := newWorld(t, 3)
	w.Pass(time.Hour)
	w.put("a", `{"orderId":"ord-1"}`)
	w.put("abc", misplaced())
	w.put("l", "another")
	w.Split(0, 2)
	w.Pass(10 * time.Minute)
	from := w.Clock.Now().Add(-5 * time.Minute)
	w.put("b", "ord-5")
	w.Pass(time.Minute)
	until := w.Clock.Now()
	w.Pass(5 * time.Minute)
	for n := range 16 {
		w.PutAt(n, "ord-5")
	}
	w.Pass(20 * time.Minute)
	w.Merge(1, 2)
	between := func(o *Options) { o.From, o.Until, o.All = from, until, true }
	found := w.trace("ord-1", func(o *Options) { o.All = true })
	return w, map[string][]byte{
		"found":         spelled(t, found),
		"of a number":   spelled(t, w.number(changed(found.Matches[0].SequenceNumber, 1, 36))),
		"found between": spelled(t, w.trace("ord-5", between)),
		"absent":        spelled(t, w.trace("ord-9")),
		"between":       spelled(t, w.trace("ord-1", between)),
		"inconclusive":  spelled(t, w.trace("ord-9", func(o *Options) { o.From = sim.Began.Add(-time.Hour) })),
	}
}

func TestReceiptsStand(t *testing.T) {
	w, receipts := forgeable(t)
	w.Pass(time.Hour)
	w.Split(3, 1)
	for name, text := range receipts {
		if v, err := w.verify(text); err != nil || v.Outcome != receipt.Stands {
			t.Errorf("%s: %v, %+v", name, err, v.Findings)
		}
	}
}

// unprovable are the places of a receipt that nothing but its checksum holds
// together, with the reason.
var unprovable = map[string]string{
	` (tool|serverClockSkewMillis|startedAt|finishedAt)`:                                         "of the run, not of the stream; only their order is told",
	` settings\.(readShare|settleMillis|narrow|decode|opaque)`:                                   "how it was read",
	` (reasons|caveats)\[\d+\](\.text|\.code|\.shardId)?`:                                        "words; what follows from matches and gaps is compared",
	` stream\.retentionHours`:                                                                    "it may have been changed since",
	` coverage\.(opaque|broken|oldestRecordAt|shards\[\d+\]\.(steps|emptySteps|throttled))`:      "counts that no verdict rests on",
	` coverage\.(shards\[\d+\]\.)?from`:                                                          "the beginning of what was read, before the window",
	` coverage\.shards\[\d+\]\.proof\.(askedAt|backwardStepMillis|millisBehindLatest|arrivedAt)`: "what the endpoint answered then",
	`^(absent|between|inconclusive) event\.text`:                                                 "only another trace shows it, which is said",
	`^(between|found between|inconclusive) window\.from`:                                         "a shorter window, or one that only another trace shows",
	` coverage\.shards\[\d+\]\.proof\.children\[\d+\]`:                                           "an endpoint need not name them",
	`^found( between)? coverage\.complete`:                                                       "a match is a match whatever else was read",
	` window\.open`:                                                                              "whether a beginning was asked for, where it is what could be read",
	`^found( between)? (matches|outside)\[\d+\]`:                                                 "a copy that is left out; what remains is there",
	`^inconclusive coverage\.shards\[\d+\]`:                                                      "it does not claim to have covered all",
}

// A receipt that was changed in one place, any place, is never confirmed; and one
// whose checksum was computed anew only where nothing but the checksum tells.
func TestForgedIsNeverConfirmed(t *testing.T) {
	w, receipts := forgeable(t)
	used := map[string]bool{}
	for name, text := range receipts {
		if v, err := w.verify(text); err != nil || v.Outcome != receipt.Stands {
			t.Fatalf("%s: %v, %+v", name, err, v.Findings)
		}
		for _, f := range forgeries(t, text) {
			if v, err := w.verify(f.text); err == nil && v.Outcome == receipt.Stands {
				t.Errorf("%s: changed at %s, and stands", name, f.path)
			}
			anew := resealed(f.text)
			if anew == nil || f.path == "checksum" {
				continue // it is no receipt, or the same
			}
			v, err := w.verify(anew)
			if err == nil && v.Outcome == receipt.Stands && !excused(name+" "+f.path, used) {
				t.Errorf("%s: changed at %s with a checksum anew, and stands", name, f.path)
			}
		}
	}
	for pattern, reason := range unprovable {
		if !used[pattern] {
			t.Errorf("nothing needs the excuse %s: %s", pattern, reason)
		}
	}
}

// What cannot be asked any more is said, and what is not so is refuted.
func TestVerifyLater(t *testing.T) {
	w, receipts := forgeable(t)
	w.Pass(25 * time.Hour)
	w.wantOutcome(receipts["found"], receipt.Unchecked, "its record has expired")
	w.wantOutcome(receipts["absent"], receipt.Unchecked, "the window has begun to expire")
	w.Call("DeleteStream", sim.Message{"StreamName": "orders"})
	w.Pass(time.Second)
	w.Call("CreateStream", sim.Message{"StreamName": "orders", "ShardCount": 3})
	w.wantOutcome(receipts["found"], receipt.Unchecked, "the stream was created anew")
}

func excused(place string, used map[string]bool) bool {
	for pattern := range unprovable {
		if regexp.MustCompile(pattern + "$").MatchString(place) {
			used[pattern] = true
			return true
		}
	}
	return false
}

func resealed(text []byte) []byte {
	r, err := receipt.Read(bytes.NewReader(text))
	if err != nil {
		return nil
	}
	var anew bytes.Buffer
	if r.Write(&anew) != nil {
		return nil
	}
	return anew.Bytes()
}

type forgery struct {
	path string
	text []byte
}

// forgeries changes each scalar of a receipt, and drops each element of an array.
func forgeries(t *testing.T, text []byte) (all []forgery) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	note := func(path string) {
		forged, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, forgery{strings.TrimPrefix(path, "."), forged})
	}
	var walk func(path string, value any, set func(any))
	walk = func(path string, value any, set func(any)) {
		switch v := value.(type) {
		case map[string]any:
			for key, child := range v {
				walk(path+"."+key, child, func(to any) { v[key] = to })
			}
			return
		case []any:
			for i, child := range v {
				at := fmt.Sprintf("%s[%d]", path, i)
				walk(at, child, func(to any) { v[i] = to })
				set(slices.Delete(slices.Clone(v), i, i+1))
				note(at)
				set(v)
			}
			return
		}
		set(other(value))
		note(path)
		set(value)
	}
	walk("", root, func(any) {})
	return all
}

// other is another value of the same kind, one byte away where that goes.
func other(value any) any {
	switch v := value.(type) {
	case bool:
		return !v
	case json.Number:
		return json.Number(fmt.Sprint(1 + atoi(v)))
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.Add(time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")
		}
		if v == "" {
			return "x"
		}
		last := v[len(v)-1]
		if last == '1' || last == 'a' {
			last++
		} else if last >= '0' && last <= '9' {
			last = '1'
		} else {
			last = 'a'
		}
		return v[:len(v)-1] + string(last)
	}
	return "x"
}

func atoi(n json.Number) int64 {
	i, _ := n.Int64()
	return i
}
