package local_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/local"
)

// bodyFirst hands the whole request over before it looks for an answer. The SDK
// closes a body as soon as it has an answer, and net/http then drops a
// connection whose server was faster than its writer.
type bodyFirst struct{ http.Client }

func (c *bodyFirst) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return c.Client.Do(r)
}

// connect gives the stock SDK client of a server on a real socket.
func connect(t *testing.T, server *local.Server) *kinesis.Client {
	return kinesis.New(kinesis.Options{
		BaseEndpoint: aws.String(listen(t, server)),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("x", "y", ""),
		HTTPClient:   &bodyFirst{},
		Retryer:      aws.NopRetryer{},
	})
}

// readShard reads a shard from its beginning to its tip or end, limit records
// at a time.
func readShard(t *testing.T, client *kinesis.Client, stream, shard string, limit int32) (data []string, children []types.ChildShard) {
	t.Helper()
	it, err := client.GetShardIterator(t.Context(), &kinesis.GetShardIteratorInput{
		StreamName: &stream, ShardId: &shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		t.Fatal(err)
	}
	for next := it.ShardIterator; next != nil; {
		page, err := client.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: next, Limit: &limit})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Records {
			data = append(data, string(r.Data))
		}
		if len(page.Records) == 0 && page.NextShardIterator != nil {
			return data, nil
		}
		next, children = page.NextShardIterator, page.ChildShards
	}
	return data, children
}

// A stream's life, as the stock SDK sees it.
func TestGoSDK(t *testing.T) {
	ctx := context.Background()
	clock := local.NewJumpClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	client := connect(t, local.New(local.Options{Clock: clock, Transition: time.Minute, NoQuotas: true}))
	orders := aws.String("orders")

	if _, err := client.CreateStream(ctx, &kinesis.CreateStreamInput{StreamName: orders, ShardCount: aws.Int32(2)}); err != nil {
		t.Fatal(err)
	}
	var inUse *types.ResourceInUseException
	if _, err := client.ListShards(ctx, &kinesis.ListShardsInput{StreamName: orders}); !errors.As(err, &inUse) {
		t.Errorf("ListShards of a new stream: %v", err)
	}
	summary, err := client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: orders})
	if err != nil {
		t.Fatal(err)
	}
	description := summary.StreamDescriptionSummary
	if description.StreamStatus != types.StreamStatusCreating || description.OpenShardCount != nil || description.StreamCreationTimestamp.Unix() != 1795435200 {
		t.Errorf("summary of a new stream: %+v", description)
	}
	wait(t, clock, time.Minute)

	want := map[string][]string{}
	put := func(round string) {
		t.Helper()
		in := &kinesis.PutRecordsInput{StreamARN: description.StreamARN}
		for i := range 300 {
			key := fmt.Sprintf("%s-%d", round, i)
			in.Records = append(in.Records, types.PutRecordsRequestEntry{PartitionKey: &key, Data: []byte(key)})
		}
		out, err := client.PutRecords(ctx, in)
		if err != nil || aws.ToInt32(out.FailedRecordCount) != 0 {
			t.Fatalf("PutRecords: %v, %v failed", err, out)
		}
		for i, r := range out.Records {
			want[*r.ShardId] = append(want[*r.ShardId], string(in.Records[i].Data))
		}
	}
	put("new")
	if _, err := client.SplitShard(ctx, &kinesis.SplitShardInput{
		StreamName: orders, ShardToSplit: aws.String("shardId-000000000001"), NewStartingHashKey: aws.String("255211775190703847597530955573826158592"),
	}); err != nil {
		t.Fatal(err)
	}
	put("split")
	wait(t, clock, time.Minute)
	if _, err := client.MergeShards(ctx, &kinesis.MergeShardsInput{
		StreamName: orders, ShardToMerge: aws.String("shardId-000000000000"), AdjacentShardToMerge: aws.String("shardId-000000000002"),
	}); err != nil {
		t.Fatal(err)
	}
	put("merged")
	wait(t, clock, time.Minute)

	var ids []string
	for in := (&kinesis.ListShardsInput{StreamName: orders, MaxResults: aws.Int32(2)}); in != nil; {
		page, err := client.ListShards(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Shards {
			ids = append(ids, *s.ShardId)
		}
		in = nil
		if page.NextToken != nil {
			in = &kinesis.ListShardsInput{NextToken: page.NextToken}
		}
	}
	if len(ids) != 5 || len(want) != 5 {
		t.Fatalf("shards %v, records in %d of them", ids, len(want))
	}
	for i, id := range ids {
		data, children := readShard(t, client, "orders", id, 47)
		if !slices.Equal(data, want[id]) {
			t.Errorf("%s: %d records, want %d, or in another order", id, len(data), len(want[id]))
		}
		if got, want := len(children), []int{1, 2, 1, 0, 0}[i]; got != want {
			t.Errorf("%s: %d children, want %d", id, got, want)
		}
	}
}

func wait(t *testing.T, clock *local.JumpClock, d time.Duration) {
	t.Helper()
	if err := clock.Sleep(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// The SDK makes its own types of our errors.
func TestGoSDKErrors(t *testing.T) {
	ctx := context.Background()
	clock := local.NewJumpClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	server := local.New(local.Options{Clock: clock})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	client := connect(t, server)
	orders, shard := aws.String("orders"), aws.String("shardId-000000000000")

	var missing *types.ResourceNotFoundException
	_, err := client.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: aws.String("orderz")})
	if !errors.As(err, &missing) || missing.ErrorMessage() != "Stream orderz under account 123456789012 not found." {
		t.Errorf("unknown stream: %v", err)
	}
	var argument *types.InvalidArgumentException
	_, err = client.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName: orders, ShardId: shard, ShardIteratorType: types.ShardIteratorTypeAtTimestamp, Timestamp: aws.Time(clock.Now().Add(time.Hour)),
	})
	if !errors.As(err, &argument) {
		t.Errorf("a time in the future: %v", err)
	}
	it, err := client.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName: orders, ShardId: shard, ShardIteratorType: types.ShardIteratorTypeAtTimestamp, Timestamp: aws.Time(clock.Now()),
	})
	if err != nil {
		t.Fatal(err)
	}
	wait(t, clock, 301*time.Second)
	var expired *types.ExpiredIteratorException
	if _, err = client.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: it.ShardIterator}); !errors.As(err, &expired) {
		t.Errorf("an old iterator: %v", err)
	}
	var invalid *types.ValidationException
	_, err = client.PutRecord(ctx, &kinesis.PutRecordInput{StreamName: orders, PartitionKey: aws.String("k"), Data: make([]byte, 1<<20)})
	if !errors.As(err, &invalid) {
		t.Errorf("a record a byte too large: %v", err)
	}
	if err := server.CreateStream("orders", 1); err == nil {
		t.Error("a stream was created twice")
	}
}
