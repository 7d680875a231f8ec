package local_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"kinspect/internal/local"
)

// Writers and readers at once, across a split: each record comes once, and in
// the order in which its writer put it.
func TestConcurrentUse(t *testing.T) {
	const writers, each = 4, 100
	clock := local.NewJumpClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	server := local.New(local.Options{Clock: clock, NoQuotas: true})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	client := connect(t, server)
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() { write(t, client, fmt.Sprintf("writer-%d", w), each) })
	}
	writing.Go(func() {
		_, err := client.SplitShard(context.Background(), &kinesis.SplitShardInput{
			StreamName: aws.String("orders"), ShardToSplit: aws.String("shardId-000000000000"), NewStartingHashKey: aws.String("85070591730234615865843651857942052864"),
		})
		if err != nil {
			t.Error(err)
		}
	})
	for r := range 2 {
		writing.Go(func() {
			for range 5 {
				readShard(t, client, "orders", fmt.Sprintf("shardId-%012d", r), 10)
			}
		})
	}
	writing.Wait()

	count := map[string]int{}
	for i := range 4 {
		data, _ := readShard(t, client, "orders", fmt.Sprintf("shardId-%012d", i), 7)
		for _, text := range data {
			var writer, n int
			if _, err := fmt.Sscanf(text, "writer-%d %d", &writer, &n); err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("writer-%d", writer)
			if n != count[name] {
				t.Errorf("%s: record %d after %d others", name, n, count[name])
			}
			count[name]++
		}
	}
	for name, n := range count {
		if n != each {
			t.Errorf("%s: %d records of %d", name, n, each)
		}
	}
	if len(count) != writers {
		t.Errorf("records of %d writers", len(count))
	}
}

// write puts records one by one, always with the same partition key.
func write(t *testing.T, client *kinesis.Client, name string, records int) {
	for i := range records {
		_, err := client.PutRecord(context.Background(), &kinesis.PutRecordInput{
			StreamName: aws.String("orders"), PartitionKey: &name, Data: fmt.Append(nil, name, " ", i),
		})
		if err != nil {
			t.Error(err)
			return
		}
	}
}
