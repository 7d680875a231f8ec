package report

import (
	"fmt"
	"math/big"
	"slices"
	"testing"
	"time"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
	"kinspect/internal/pace"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/trace/receipt"
)

var until = time.Date(2026, 11, 24, 15, 41, 14, 0, time.UTC)

func stamp(t time.Time) *record.Timestamp { return &record.Timestamp{Time: t} }

// absent is a receipt of so many shards that were read whole, some of which split,
// and some of whose children soon merged again.
func absent(t testing.TB, shards int, window time.Duration) receipt.Receipt {
	t.Helper()
	from := until.Add(-window)
	r := receipt.Receipt{
		Verdict: receipt.Absent, Account: "123456789012", Region: "eu-west-1", Event: receipt.Event{Text: "ord-9"},
		Stream:   receipt.Stream{Name: "orders", ARN: "arn:aws:kinesis:eu-west-1:123456789012:stream/orders", CreatedAt: *stamp(from.Add(-time.Hour)), RetentionHours: 168},
		Settings: receipt.Settings{Decode: "auto", Opaque: receipt.Hole, ReadShare: pace.Share(0.6), SettleMillis: 10_000},
		Window:   receipt.Window{From: *stamp(from), Until: *stamp(until)},
		Caveats:  notice.Assumptions, Tool: "kinspect 0.1.0", StartedAt: *stamp(until), FinishedAt: *stamp(until.Add(90 * time.Second)),
	}
	families := familySizes(shards)
	for i, size := range families {
		r.Coverage.Shards = append(r.Coverage.Shards, family(i, len(families), size, from, window)...)
	}
	for i := range r.Coverage.Shards {
		s := &r.Coverage.Shards[i]
		s.Records, s.UserRecords = int64(1000+i), int64(3000+i)
		r.Coverage.Records, r.Coverage.UserRecords = r.Coverage.Records+s.Records, r.Coverage.UserRecords+s.UserRecords
	}
	if len(r.Coverage.Shards) != shards {
		t.Fatalf("%d shards, not %d", len(r.Coverage.Shards), shards)
	}
	return r
}

// familySizes are 1 for a shard, 3 for one that split, 4 for one whose children merged.
func familySizes(shards int) (sizes []int) {
	for i := 0; shards > 0; i++ {
		size := []int{4, 1, 3, 1, 1}[i%5]
		if size > shards {
			size = 1
		}
		sizes, shards = append(sizes, size), shards-size
	}
	return sizes
}

func family(i, of, size int, from time.Time, window time.Duration) []coverage.Account {
	edge := func(part int64) shard.HashKey { // in halves of a family's range
		n := new(big.Int).Mul(big.NewInt(2*int64(i)+part), new(big.Int).Lsh(big.NewInt(1), 120))
		key, err := shard.ParseHashKey(n.Div(n, big.NewInt(int64(of))).String())
		if err != nil {
			panic(err)
		}
		return key
	}
	id := func(n int) string { return fmt.Sprintf("shardId-%012d", 10*i+n) }
	account := func(n int, start int64, opened time.Time, parents ...string) coverage.Account {
		return coverage.Account{
			ShardID: id(n), Parents: append([]string{}, parents...), HashKeyRange: shard.Range{Start: edge(start), End: edge(2)}, OpenedAt: stamp(opened), From: stamp(opened),
			Until: stamp(until), Gaps: []coverage.Gap{}, Proof: &coverage.Proof{Kind: coverage.Tip, AskedAt: *stamp(until)},
		}
	}
	closed := func(a *coverage.Account, at time.Time) { a.ClosedAt, a.Proof.Kind = stamp(at), coverage.End }
	split := from.Add(window * time.Duration(1+i%6) / 8)
	merged := split.Add(window / 40)
	family := []coverage.Account{account(0, 0, from.Add(-time.Minute))}
	family[0].From = stamp(from)
	if size >= 3 {
		closed(&family[0], split)
		family = append(family, account(1, 0, split, id(0)), account(2, 1, split, id(0)))
	}
	if size == 4 {
		closed(&family[1], merged)
		closed(&family[2], merged)
		family = append(family, account(3, 0, merged, id(1), id(2)))
	}
	return family
}

// found adds matches that arrived so far into the window, from 0 to 1, in turn in
// each shard that was open then.
func found(r receipt.Receipt, parts ...float64) receipt.Receipt {
	r.Verdict = receipt.Found
	window := r.Window.Until.Sub(r.Window.From.Time)
	for i, part := range parts {
		at := r.Window.From.Add(time.Duration(part * float64(window))).Truncate(time.Millisecond)
		open := slices.DeleteFunc(slices.Clone(r.Coverage.Shards), func(s coverage.Account) bool {
			return s.OpenedAt.After(at) || s.ClosedAt != nil && s.ClosedAt.Before(at)
		})
		key := "user-88"
		r.Matches = append(r.Matches, receipt.Match{
			Meta: record.Meta{
				ShardID: open[i%len(open)].ShardID, SequenceNumber: "49680614575621299112375208308259750564160478420699971602",
				PartitionKey: &key, ApproximateArrivalTimestamp: record.Timestamp{Time: at},
			},
			SHA256: "ea695b0bf86f0468077bdcbe75d95076acfed1faada5b1aa4d99e250d7c14eb7", Path: ".orderId", Whole: true,
		})
	}
	return r
}

// lacking leaves gaps in every nth shard: one in the middle, and one at the end.
func lacking(r receipt.Receipt, every int) receipt.Receipt {
	r.Verdict = receipt.Inconclusive
	window := r.Window.Until.Sub(r.Window.From.Time)
	r.Coverage.Shards = slices.Clone(r.Coverage.Shards)
	for i := 0; i < len(r.Coverage.Shards); i += every {
		s := &r.Coverage.Shards[i]
		opened := later(s.OpenedAt.Time, r.Window.From.Time)
		s.Gaps = append([]coverage.Gap{}, coverage.Gap{
			Code: notice.Trimmed, Text: "records may have expired before they could be read", From: stamp(opened.Add(window / 100)), Until: stamp(opened.Add(window / 60)),
		})
		if i%2 == 0 && s.ClosedAt == nil {
			s.Proof, s.Until = nil, nil
			s.Gaps = append(s.Gaps, coverage.Gap{Code: notice.AccessDenied, Text: "kinesis:GetRecords was denied", From: stamp(r.Window.Until.Add(-window / 10)), Until: stamp(until)})
		}
		for _, g := range s.Gaps {
			r.Reasons = append(r.Reasons, notice.Notice{Code: g.Code, Text: g.Text, ShardID: s.ShardID})
		}
	}
	return r
}

// asked makes it a receipt of many events, every third of which was not found.
func asked(r receipt.Receipt, events int) receipt.Receipt {
	match := found(r, 0.5).Matches
	r.Event = receipt.Event{Events: &receipt.Many{Count: events, SHA256: "5c"}}
	r.Events = func(yield func(receipt.Answer) bool) {
		for i := range events {
			a := receipt.Answer{Line: i + 1, Event: fmt.Sprintf("ord-%d", i), Verdict: receipt.Found, Copies: 1, Matches: match}
			if i%3 == 2 {
				a = receipt.Answer{Line: a.Line, Event: a.Event, Verdict: r.Verdict}
			}
			if !yield(a) {
				return
			}
		}
	}
	return r
}

func pageOf(r receipt.Receipt) Page {
	return Page{r, "the sentence", "", "the event", "kinspect trace orders ord-9 --report ord-9.html"}
}
