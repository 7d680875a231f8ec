package coverage

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/shard"
	"kinspect/internal/step"
)

// carried is a ledger that goes on from another, by way of the receipt's JSON.
func carried(t *testing.T, w Window, from *Ledger) *Ledger {
	t.Helper()
	from.Stop(notice.Time)
	text, err := json.Marshal(from.Coverage())
	if err != nil {
		t.Fatal(err)
	}
	var c Coverage
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	l := New(w)
	l.Carry(c)
	return l
}

// walk makes the steps of a shard that is read at random speed, with steps back
// of arrival times, empty pages, and now and then a day's pause.
func walk(r *rand.Rand) []step.Step {
	asked, arrived := t1.Add(-30*minute), t0.Add(-2*minute)
	var steps []step.Step
	for range 3 + r.IntN(12) {
		asked = asked.Add(time.Duration(r.IntN(20)) * minute)
		if r.IntN(6) == 0 {
			asked = asked.Add(23 * hour)
		}
		var records []time.Time
		for range r.IntN(3) {
			arrived = arrived.Add(time.Duration(r.IntN(20)) * minute)
			records = append(records, arrived.Add(-time.Duration(r.IntN(40))*time.Second))
		}
		steps = append(steps, page(asked, max(time.Millisecond, asked.Sub(arrived)), records...))
	}
	return append(steps, page(asked.Add(hour), 0))
}

// A ledger that was stopped after any step and carried over, once or again, says
// what one that was not stopped says.
func TestCarriedIsTheSame(t *testing.T) {
	proofs := map[ProofKind]int{}
	trimmed := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		w := window()
		if seed%2 == 1 {
			w = openWindow()
		}
		steps := walk(r)
		whole, parts := ledger(w), ledger(w)
		for i, st := range steps {
			if r.IntN(3) == 0 {
				parts = carried(t, w, parts)
				parts.Open(shard.Shard{ID: shardID, Parent: "shardId-000000000003"}, time.Time{}, st.AskedAt)
			}
			done := whole.Book(st)
			if again := parts.Book(st); again != done {
				t.Fatalf("seed %d, step %d: done %v, and carried over %v", seed, i, done, again)
			}
			if done {
				break
			}
		}
		want, _ := json.Marshal(whole.Coverage())
		got, _ := json.Marshal(carried(t, w, parts).Coverage())
		if string(got) != string(want) {
			t.Fatalf("seed %d: carried over\n%s\nwhole\n%s", seed, got, want)
		}
		account := whole.Coverage().Shards[0]
		proofs[account.Proof.Kind]++
		trimmed += len(account.Gaps)
	}
	if proofs[Tip] < 50 || proofs[Passed] < 50 || trimmed < 50 {
		t.Errorf("proofs %v, %d gaps", proofs, trimmed)
	}
}

func onlyGap(a Account) (gap Gap, missing bool) {
	if gaps := a.Missing(); len(gaps) == 1 {
		return gaps[0], true
	}
	return gap, false
}

// A shard that is not read to the end has a gap from where the reading stands.
func TestStop(t *testing.T) {
	steps := []step.Step{page(at(0), 20*minute, t0, t0.Add(minute), t0.Add(minute-7*time.Second))}
	l := ledger(window())
	l.Book(steps[0])
	l.Open(shard.Shard{ID: "unread"}, t0, t1)
	l.Open(shard.Shard{ID: "proved"}, t0, t1)
	proof := page(at(minute), 0)
	proof.ShardID = "proved"
	l.Book(proof)
	l.Stop(notice.Interrupted)
	l.Stop(notice.Time) // once is enough
	shards := l.Coverage().Shards
	if gaps := shards[0].Missing(); len(gaps) > 0 {
		t.Errorf("the proved shard lacks %+v", gaps)
	}
	gap, missing := onlyGap(shards[1])
	if !missing || gap.Code != notice.Interrupted || !gap.From.Equal(t0.Add(minute)) || !gap.Until.Equal(t1) ||
		gap.AfterSequenceNumber == "" || *gap.BackwardStepMillis != 7000 || !gap.ArrivedAt.Equal(t0.Add(minute)) ||
		gap.Text != "read up to 2026-11-23 11:01:00.000Z" || len(shards[1].Gaps) != 1 {
		t.Errorf("gap %+v", gap)
	}
	gap, missing = onlyGap(shards[2])
	if !missing || !gap.From.Equal(t0) || gap.AfterSequenceNumber != "" || gap.ArrivedAt != nil || gap.Text != "nothing was read" {
		t.Errorf("gap of the unread shard %+v", gap)
	}
}

// What is left of a scan that goes on is as long as what is missing, gap by gap.
func TestProgressOfWhatIsCarried(t *testing.T) {
	l := ledger(window())
	l.Cut(shardID, t0.Add(30*minute))
	l.Book(page(at(0), hour, t0.Add(minute)))
	behind := page(at(0), hour, t0.Add(40*minute))
	behind.Slice = 1
	l.Book(behind)
	l.Stop(notice.Time)
	covered := l.Coverage()
	l = New(window())
	l.Carry(covered)
	s := l.Progress().Stretches[0]
	if rest := t1.Sub(t0) - minute; s.Done != 0 || s.Rest != rest || s.Part() != 0 {
		t.Errorf("done %s, rest %s, part %v", s.Done, s.Rest, s.Part())
	}
}

// A gap that does not tell how far arrival times stepped back allows no proof by
// what passed.
func TestCarriedWithoutTheStepBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		forget func(*Gap)
		proved bool
	}{
		{"nothing is forgotten", func(*Gap) {}, true},
		{"the step", func(g *Gap) { g.BackwardStepMillis = nil }, false},
		{"the newest arrival", func(g *Gap) { g.ArrivedAt = nil }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := ledger(window())
			l.Book(page(at(0), hour, t0))
			l.Stop(notice.Time)
			covered := l.Coverage()
			c.forget(&covered.Shards[0].Gaps[0])
			l = New(window())
			l.Carry(covered)
			if proved := l.Book(page(at(hour), minute, at(2*minute))); proved != c.proved {
				t.Errorf("proved %v", proved)
			}
			if !l.Book(page(at(hour), 0)) {
				t.Error("not proved at the tip")
			}
		})
	}
}

// What a shard was when it was listed survives the receipt.
func TestAccountShard(t *testing.T) {
	listed := shard.Shard{
		ID: shardID, Parent: "a", AdjacentParent: "b", Range: shard.Range{End: shard.HashKey{Lo: 9}},
		Starting: sequenceAt(t0, t0), Ending: sequenceAt(t0, t1),
	}
	l := New(window())
	l.Open(listed, t0, t1)
	if got := carried(t, window(), l).Coverage().Shards[0].Shard(); got != listed {
		t.Errorf("%+v, want %+v", got, listed)
	}
	closed := listed
	closed.Ending = sequenceAt(t0, at(hour))
	l = carried(t, window(), l)
	l.Open(closed, t0, at(2*hour))
	if a := l.Coverage().Shards[0]; !a.ClosedAt.Equal(at(hour)) || !slices.Equal(a.Parents, []string{"a", "b"}) {
		t.Errorf("account %s", fmt.Sprint(a))
	}
}
