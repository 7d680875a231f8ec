package local_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"kinspect/internal/local"
)

// Records that retention overtakes before they were pushed are not pushed any more.
func TestTrimmedBeforeItIsPushed(t *testing.T) {
	inBubble(t, local.Options{Faults: func(c local.Call) (f local.Fault) {
		if c.Operation == "PutRecord" && c.N == 1 {
			f.Late = 24*time.Hour + time.Minute
		}
		return f
	}}, func(f *fanned) {
		f.put("old")
		time.Sleep(time.Hour)
		f.put("young")
		time.Sleep(23*time.Hour - time.Minute)
		equal(t, f.subscribe(fromHorizon).read(1), "young")
	})
}

// A closed shard that expires ends a subscription to it: when its time comes, at the
// next heartbeat at the latest; when retention is lowered, at once.
func TestPushedUntilItExpires(t *testing.T) {
	noEnd := func(local.Call) local.Fault { return local.Fault{NoChildren: true} } // else it would end there
	hours := func(n int32) *kinesis.IncreaseStreamRetentionPeriodInput {
		return &kinesis.IncreaseStreamRetentionPeriodInput{StreamName: aws.String("orders"), RetentionPeriodHours: &n}
	}
	for _, lowered := range []bool{false, true} {
		inBubble(t, local.Options{Faults: noEnd}, func(f *fanned) {
			if _, err := f.client.IncreaseStreamRetentionPeriod(f.Context(), hours(48)); err != nil {
				f.Fatal(err)
			}
			if _, err := f.client.SplitShard(f.Context(), &kinesis.SplitShardInput{
				StreamName: aws.String("orders"), ShardToSplit: aws.String(shard0), NewStartingHashKey: aws.String("2"),
			}); err != nil {
				f.Fatal(err)
			}
			expires := time.Now().Add(48 * time.Hour)
			const soon = 62 * time.Second // no heartbeat then
			if lowered {
				expires = time.Now().Add(30 * time.Hour)
			}
			time.Sleep(time.Until(expires) - soon)
			s := f.subscribe(fromHorizon)
			lowering := make(chan struct{})
			go func() {
				defer close(lowering)
				if time.Sleep(soon); lowered {
					in := kinesis.DecreaseStreamRetentionPeriodInput(*hours(24))
					if _, err := f.client.DecreaseStreamRetentionPeriod(f.Context(), &in); err != nil {
						f.Error(err)
					}
				}
			}()
			s.ends("ResourceNotFoundException")
			if late := time.Since(expires); late < 0 || late > 5*time.Second || lowered && late > 0 {
				f.Errorf("lowered %v: it ended %s after the shard expired", lowered, late)
			}
			<-lowering // its answer may come after the end that it brings
		})
	}
}
