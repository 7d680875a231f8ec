package local_test

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/local"
	"kinspect/internal/peers"
)

// serve starts an endpoint with a stream of two shards and gives the
// environment of a client that is to find it.
func serve(t *testing.T) []string {
	server := local.New(local.Options{})
	if err := server.CreateStream("orders", 2); err != nil {
		t.Fatal(err)
	}
	return append(os.Environ(), "AWS_ENDPOINT_URL_KINESIS="+listen(t, server), "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=y", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
}

// run runs a client and gives the words it printed. The test is skipped if the
// client is not installed; it says so by its exit code.
func run(t *testing.T, environment []string, notInstalled int, name string, args ...string) string {
	t.Helper()
	command := exec.Command(name, args...)
	command.Env = environment
	out, err := command.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) || command.ProcessState.ExitCode() == notInstalled {
		t.Skipf("%s is not installed: %s", name, out)
	}
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func TestAWSCLI(t *testing.T) {
	t.Parallel()
	environment := serve(t)
	aws := func(command string) string {
		t.Helper()
		const shimOnly = 127 // of a version manager, with no aws behind it
		return run(t, environment, shimOnly, "aws", append([]string{"kinesis", "--output", "text"}, strings.Fields(command)...)...)
	}
	if got := aws("put-record --stream-name orders --partition-key abc --data aGVsbG8= --query ShardId"); got != "shardId-000000000001" {
		t.Errorf("put-record: %q", got)
	}
	if got := aws("list-shards --stream-name orders --page-size 1 --query Shards[].ShardId"); got != "shardId-000000000000 shardId-000000000001" {
		t.Errorf("list-shards: %q", got)
	}
}

const boto3Script = `
import time
try: import boto3
except ImportError: raise SystemExit(77)
k = boto3.client('kinesis')
arn = k.describe_stream_summary(StreamName='orders')['StreamDescriptionSummary']['StreamARN']
put = k.put_records(StreamARN=arn, Records=[dict(Data=bytes([i, 255]), PartitionKey=str(i)) for i in range(100)])
print(put['FailedRecordCount'])
k.split_shard(StreamName='orders', ShardToSplit='shardId-000000000000', NewStartingHashKey='85070591730234615865843651857942052864')
shards = [s for page in k.get_paginator('list_shards').paginate(StreamName='orders', PaginationConfig=dict(PageSize=3)) for s in page['Shards']]
print(len(shards), shards[2]['ParentShardId'])
seen = []
for shard in shards:
    it = k.get_shard_iterator(StreamName='orders', ShardId=shard['ShardId'], ShardIteratorType='TRIM_HORIZON')['ShardIterator']
    while it:
        page = k.get_records(ShardIterator=it, Limit=30)
        seen += [r['Data'][0] for r in page['Records']]
        if not page['Records'] and 'NextShardIterator' in page: break
        it = page.get('NextShardIterator')
    print(shard['ShardId'][-1], [c['ShardId'][-1] for c in page.get('ChildShards', [])])
print(sorted(seen) == list(range(100)))
try: k.get_records(ShardIterator='x')
except k.exceptions.InvalidArgumentException as e: print(e.response['Error']['Message'])
reader = k.register_stream_consumer(StreamARN=arn, ConsumerName='reader')['Consumer']
print(k.describe_stream_consumer(ConsumerARN=reader['ConsumerARN'])['ConsumerDescription']['ConsumerStatus'])
print([c['ConsumerName'] for page in k.get_paginator('list_stream_consumers').paginate(StreamARN=arn) for c in page['Consumers']])
pushed = 0
for shard in shards:
    events = k.subscribe_to_shard(ConsumerARN=reader['ConsumerARN'], ShardId=shard['ShardId'], StartingPosition=dict(Type='TRIM_HORIZON'))['EventStream']
    for event in events:
        e = event['SubscribeToShardEvent']
        pushed += len(e['Records'])
        if not e['Records']: break
    print(shard['ShardId'][-1], [c['ShardId'][-1] for c in e.get('ChildShards', [])], 'ContinuationSequenceNumber' in e)
    events.close()
print(pushed)
again = lambda: k.subscribe_to_shard(ConsumerARN=reader['ConsumerARN'], ShardId=shards[0]['ShardId'], StartingPosition=dict(Type='TRIM_HORIZON'))
open = again()['EventStream']
time.sleep(1.1)
try: again()
except k.exceptions.ResourceInUseException as e: print('in use')
open.close()
k.deregister_stream_consumer(ConsumerARN=reader['ConsumerARN'])
print(k.list_stream_consumers(StreamARN=arn)['Consumers'])
`

func TestBoto3(t *testing.T) {
	t.Parallel()
	want := "0 4 shardId-000000000000 0 ['2', '3'] 1 [] 2 [] 3 [] True Invalid ShardIterator." +
		" ACTIVE ['reader'] 0 ['2', '3'] False 1 [] True 2 [] True 3 [] True 100 in use []"
	if got := run(t, serve(t), 77, "python3", "-c", boto3Script); got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}

// The Node SDK, by the protocol of its own choice and by the other one.
func TestNodeSDK(t *testing.T) {
	for name, connect := range map[string]func(testing.TB, string) *peers.Client{
		"HTTP1": peers.NewClient, "HTTP2": peers.NewHTTP2Client,
	} {
		t.Run(name, func(t *testing.T) {
			node := connect(t, listen(t, local.New(local.Options{})))
			node.Create("orders", 2)
			receipts := node.Put("orders", []peers.Record{
				{PartitionKey: "a", ExplicitHashKey: "0", Data: []byte{0, 255}},
				{PartitionKey: "abc", Data: []byte("x")},
			})
			if receipts[0].ShardID != "shardId-000000000000" || receipts[1].ShardID != "shardId-000000000001" {
				t.Errorf("put to %+v", receipts)
			}
			low := node.Split("orders", "shardId-000000000000")
			child := node.Merge("orders", "shardId-000000000001", low[1].ShardID)
			if child.ParentShardID != "shardId-000000000001" || child.AdjacentParentShardID != "shardId-000000000003" {
				t.Errorf("merged into %+v", child)
			}
			if got := len(node.Shards("orders")); got != 5 {
				t.Errorf("%d shards listed", got)
			}
			for shard, children := range map[string][]string{
				receipts[0].ShardID: {low[0].ShardID, low[1].ShardID}, receipts[1].ShardID: {child.ShardID},
			} {
				push := node.Subscribe("orders", "ended", shard, 2)
				if push.Consumers != 1 || len(push.Records) != 1 || push.ContinuationSequenceNumber != "" || !slices.Equal(push.ChildShards, children) {
					t.Errorf("pushed %+v to the end of %s, want children %v", push, shard, children)
				}
			}
			last := node.Put("orders", []peers.Record{{PartitionKey: "z", Data: []byte("z")}})[0]
			push := node.Subscribe("orders", "reader", last.ShardID, 1)
			if len(push.Records) != 1 || string(push.Records[0].Data) != "z" || push.ContinuationSequenceNumber == "" || push.ChildShards != nil {
				t.Errorf("pushed %+v", push)
			}
		})
	}
}
