package local_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/local"
)

// What an event says to continue with never goes back, whatever is trimmed meanwhile, also
// from one subscription to the next: behind a place that nothing was read at, behind a
// record, and where there is more that an empty event does not pass.
func TestContinuesNeverGoBack(t *testing.T) {
	faults := func(c local.Call) local.Fault {
		return local.Fault{Late: 4 * time.Minute, Push: func(n int) local.Push { return local.Push{Empty: c.N == 3 && n < 60} }}
	}
	inBubble(t, local.Options{Faults: faults}, func(f *fanned) {
		f.put("a")
		time.Sleep(24*time.Hour - 2*time.Minute)
		b := f.put("b")
		var told []string
		follow := func(s *feed, until func(*types.SubscribeToShardEvent) bool) {
			t.Helper()
			for {
				e := s.next()
				if e == nil {
					t.Fatalf("it ended: %v", s.Err())
				}
				told = append(told, *e.ContinuationSequenceNumber)
				if until(e) {
					break
				}
			}
			_ = s.Close()
			time.Sleep(5 * time.Second)
		}
		trimmed := time.Now().Add(2*time.Minute + 20*time.Second)
		atB := types.StartingPosition{Type: types.ShardIteratorTypeAtSequenceNumber, SequenceNumber: &b}
		follow(f.subscribe(atB), func(*types.SubscribeToShardEvent) bool { return time.Now().After(trimmed) })
		follow(f.subscribe(atB), func(e *types.SubscribeToShardEvent) bool { return len(e.Records) > 0 })
		f.put("c")
		follow(f.subscribe(after(told[len(told)-1])), func(e *types.SubscribeToShardEvent) bool { return len(e.Records) > 0 })
		if !slices.IsSorted(told) { // all of one length
			t.Errorf("told to continue with %q", told)
		}
	})
}
