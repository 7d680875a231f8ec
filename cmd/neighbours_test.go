//go:build !race

// The race detector slows down what is measured here: a reader that takes all it
// can get.

package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/peers"
)

// pollers are four other consumers of a shard, each of which reads once a second
// from its tip, as the KCL does, until the test ends.
type pollers struct {
	mu             sync.Mutex
	calls, refused int
}

func poll(t *testing.T, url, stream, shardID string) *pollers {
	t.Helper()
	p := &pollers{}
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	for i := range 4 {
		working.Go(func() {
			time.Sleep(time.Duration(i) * 250 * time.Millisecond)
			p.work(ctx, t, kinesis.New(kinesis.Options{
				Region: peers.Region, BaseEndpoint: &url, Retryer: aws.NopRetryer{},
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: "x", SecretAccessKey: "y"}, nil
				}),
			}), stream, shardID)
		})
	}
	t.Cleanup(func() { cancel(); working.Wait() })
	return p
}

func (p *pollers) work(ctx context.Context, t *testing.T, client *kinesis.Client, stream, shardID string) {
	first, err := client.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName: &stream, ShardId: &shardID, ShardIteratorType: types.ShardIteratorTypeLatest,
	})
	if err != nil {
		t.Errorf("a poller's iterator: %v", err)
		return
	}
	iterator := first.ShardIterator
	for {
		page, err := client.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: iterator})
		var refused *types.ProvisionedThroughputExceededException
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			iterator = page.NextShardIterator
		case !errors.As(err, &refused):
			t.Errorf("a poller's read: %v", err)
			return
		}
		p.count(err != nil)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (p *pollers) count(refused bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	if refused {
		p.refused++
	}
}

// during returns the part of their calls that is refused while work goes on, for
// as long as a stretch at the least: the work is done again until then.
func (p *pollers) during(stretch time.Duration, work func()) (refused float64, took time.Duration) {
	p.mu.Lock()
	calls, before := p.calls, p.refused
	p.mu.Unlock()
	for began := time.Now(); took < stretch; took = time.Since(began) {
		work()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return float64(p.refused-before) / float64(p.calls-calls), took
}

// Beside four pollers on a shard that allows 5 reads a second, all of 100,000
// records are read, none twice, and the pollers are refused at most half as often
// as beside a reader that does not give way.
func TestGivesWayToOthers(t *testing.T) {
	t.Parallel()
	const records = 100_000
	f := filled{url: endpoint(t, peers.Kinesalite)}
	client := peers.NewClient(t, f.url)
	client.Create("orders", 1)
	for range 10 {
		f.put(client, records/10)
	}
	f.url = withQuota(t, f.url, records/25) // reads enough for a while
	others := poll(t, f.url, "orders", "shardId-000000000000")
	time.Sleep(2 * time.Second) // until all of them read

	const stretch = 15 * time.Second
	polite, took := others.during(stretch, func() { f.readsAll(t) })
	rude, again := others.during(stretch, func() { f.readsAll(t, "--read-share", "off") })
	t.Logf("refused: %.3f of the others' calls in %s, with the pacing off %.3f in %s: ratio %.2f",
		polite, took.Round(time.Second), rude, again.Round(time.Second), polite/rude)
	if rude == 0 && polite == 0 {
		t.Skip("on this machine, now, not even a reader without a share comes often enough to be in the way")
	}
	if polite > rude/2 {
		t.Errorf("%.3f of the others' calls were refused, %.3f beside a reader without a share", polite, rude)
	}
}

// readsAll fails unless tail prints each record, once and in order.
func (f *filled) readsAll(t *testing.T, flags ...string) {
	t.Helper()
	tail := []string{"tail", "orders", "--endpoint-url", f.url, "--from", "trim-horizon", "-o", "json", "-n", fmt.Sprint(len(f.ids))}
	r := kinspect(t, append(tail, flags...)...)
	r.want(t, 0)
	t.Log(strings.TrimSpace(r.stderr))
	f.eachOnceInOrder(t, r.stdout)
}
