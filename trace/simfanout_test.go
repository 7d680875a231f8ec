package trace

import (
	"testing"

	"kinspect/internal/sim"
)

// TestWorldsFanOut asks through consumers of enhanced fan-out, a slice of each shard
// for each of them, whose subscriptions break and whose events wait on the way. A quarter
// of the worlds are asked in the ways of TestWorldsAsked, and in a quarter the reader waits
// in vain.
func TestWorldsFanOut(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		story.ByFanOut()
		switch story.Seed % 4 {
		case 0:
			askOtherwise(story)
		case 2:
			story.WaitInVain()
		}
		ask(t, story, tally)
	})
}

// TestFanOutMutations breaks the laws of fan-out on purpose, one at a time.
func TestFanOutMutations(t *testing.T) {
	if sim.Raced || testing.Short() {
		t.Skip("each mutation is compiled anew: without the race detector")
	}
	for _, m := range []mutation{
		{"fan-out's MillisBehindLatest 0 taken for the tip", "complete", "internal/reader/pushed.go",
			"p.idle = e.Count+e.Repeated == 0 || e.Behind == 0", "st.Pushed, st.AskedAt = false, st.AnsweredAt"},
		{"subscribe again at LATEST", "complete", "internal/reader/pushed.go",
			"from := p.resume", "from := p.resume\n\tif p.last != \"\" {\n\t\tfrom = position.Position{Kind: position.Latest}\n\t}"},
		{"subscribe again at once", "share", "internal/reader/turn.go",
			"subscribeAgain = 5 * time.Second", "subscribeAgain = 0 * time.Second"},
		{"what was handed out before comes again", "once", "internal/wire/records.go",
			"take.After != \"\"", "false"},
		{"a slice ends behind the first record of the next", "once", "internal/reader/slices.go",
			"r.SequenceNumber.Compare(next.SequenceNumber) >= 0", "r.SequenceNumber.Compare(next.SequenceNumber) > 0"},
		{"a slice begins before where others are", "once", "internal/reader/slices.go",
			"st.Records = behind(st.Records, j.last[:st.Slice])", "_ = behind"},
		{"a later slice proves what an earlier one did not read", "complete", "internal/coverage/account.go",
			"if s.proof != nil || s.expired ||", "if i+1 < len(begun) || s.proof != nil || s.expired ||"},
	} {
		t.Run(m.name, func(t *testing.T) { m.caughtBy(t, "^TestWorldsFanOut$") })
	}
}
