package reader

import (
	"slices"
	"strings"
	"testing"

	"kinspect/internal/shard"
	"kinspect/internal/sim"
)

func TestParentsBeforeChildren(t *testing.T) {
	w := newWorld(t, 2) // 0 has the places 0 to 7, 1 has 8 to 15
	w.PutAt(0, "0")
	w.PutAt(8, "1")
	w.Split(0, 4) // 2 has 0 to 3, 3 has 4 to 7
	w.PutAt(0, "2")
	w.PutAt(4, "3")
	w.Merge(3, 1) // 4 has 4 to 15
	w.PutAt(4, "4")
	w.Split(4, 12) // 5 and 6
	w.PutAt(12, "6")
	w.cover(w.plan(whole))
	for _, order := range []string{"0 2", "0 3", "1 4", "3 4", "4 6"} {
		parent, child, _ := strings.Cut(order, " ")
		if p, c := slices.Index(w.read, parent), slices.Index(w.read, child); p < 0 || c < p {
			t.Errorf("read %v, want %s before %s", w.read, parent, child)
		}
	}
	if len(w.read) != 6 {
		t.Errorf("read %v", w.read)
	}
	if w.calls["ListShards"] != 2 {
		t.Errorf("listed %d times, though all shards were known", w.calls["ListShards"])
	}
}

// A merge is named first by the parent that ends first. The other one may not
// even be known then: its own parent is still being read.
func TestMergeWaitsForAParentThatIsNotKnownYet(t *testing.T) {
	w := newWorld(t, 2)
	plan := w.plan(whole)
	w.PutAt(0, "0")
	w.Split(0, 4)
	w.PutAt(4, "3")
	w.Merge(3, 1)
	w.PutAt(4, "4")
	busy := 0
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		page := forward(in)
		first := operation == "GetRecords" && len(page["Records"].([]any)) > 0 && w.dataOf(page) == "0"
		if first && busy < 20 { // until shard 1 has long ended
			busy++
			return nil, "ProvisionedThroughputExceededException"
		}
		return page, ""
	}
	w.cover(plan)
	w.wantRead("0", "3", "4")
}

func TestChildOfTwoParentsIsReadOnce(t *testing.T) {
	w := newWorld(t, 2)
	plan := w.plan(whole)
	plan.ParentsFirst = false
	w.PutAt(0, "0")
	w.PutAt(8, "1")
	w.Merge(0, 1)
	w.PutAt(0, "2")
	w.cover(plan)
	if slices.Sort(w.read); !slices.Equal(w.read, []string{"0", "1", "2"}) {
		t.Errorf("read %v", w.read)
	}
	if len(w.opened) != 3 {
		t.Errorf("opened %d shards", len(w.opened))
	}
}

// A child is known as a listing describes it: its page does not say when it
// opened. Without a listing the page will do.
func TestChildIsDescribedByAListing(t *testing.T) {
	for _, listed := range []bool{true, false} {
		w := newWorld(t, 1)
		plan := w.plan(whole)
		w.Split(0, 8)
		w.PutAt(8, "2")
		lists := 0
		w.wire = func(operation string, in message, forward func(message) message) (message, string) {
			if operation == "ListShards" {
				if lists++; lists == 1 && !listed {
					return nil, "AccessDeniedException"
				}
			}
			return forward(in), ""
		}
		w.cover(plan)
		w.wantRead("2")
		for _, start := range w.opened[1:] {
			if _, told := start.Shard.OpenedAt(); told != listed || start.At != whole {
				t.Errorf("opened %+v", start)
			}
		}
	}
}

func TestWantsChoosesChildren(t *testing.T) {
	w := newWorld(t, 1)
	plan := w.plan(whole)
	plan.Wants = func(s shard.Shard) bool { return s.ID == sim.ID(2) }
	w.Split(0, 8)
	w.PutAt(0, "1")
	w.PutAt(8, "2")
	w.cover(plan)
	w.wantRead("2")
}

// What only the last listing shows is read, and listed once more.
func TestCoverReadsWhatTheLastListingShows(t *testing.T) {
	w := newWorld(t, 1)
	plan := w.plan(whole)
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation == "ListShards" && w.calls["ListShards"] == 2 {
			w.Split(0, 8)
			w.PutAt(8, "2")
		}
		return forward(in), ""
	}
	lineage := w.cover(plan)
	w.wantRead("2")
	if len(lineage) != 3 || w.calls["ListShards"] != 3 {
		t.Errorf("%d shards, listed %d times", len(lineage), w.calls["ListShards"])
	}
}

func TestCoverListsNotBefore(t *testing.T) {
	w := newWorld(t, 1)
	plan := w.plan(whole)
	plan.ListAfter = sim.Began.Add(hour)
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation == "ListShards" && w.Clock.Now().Before(plan.ListAfter) {
			t.Errorf("listed at %s", w.Clock.Now())
		}
		return forward(in), ""
	}
	w.cover(plan)
}

// The shards that took over from one that is gone are read all the same.
func TestGoneShardHandsOver(t *testing.T) {
	w := newWorld(t, 2)
	plan := w.plan(whole)
	w.Split(0, 4)
	w.PutAt(0, "2")
	w.wire = func(operation string, in message, forward func(message) message) (message, string) {
		if operation == "GetShardIterator" && in["ShardId"] == sim.ID(0) {
			return nil, "ResourceNotFoundException"
		}
		return forward(in), ""
	}
	New(w.Client, 0.6, hour).Read(t.Context(), plan)
	w.wantRead("2")
}
