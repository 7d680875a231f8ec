package services

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"kinspect/internal/lease"
	"kinspect/internal/peers"
)

// database is a DynamoDB that others wrote, with tables of our making: no KCL is at hand
// to write one.
type database struct {
	t *testing.T
	*Services
	client *dynamodb.Client
}

func newDatabase(t *testing.T) database {
	t.Helper()
	url := peers.Endpoint(t, peers.Dynalite)
	s := &Services{cfg: aws.Config{
		Region: peers.Region, BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}}
	return database{t, s, dynamodb.NewFromConfig(s.cfg)}
}

// create makes a table with a key of so many texts.
func (d database) create(table string, key ...string) {
	d.t.Helper()
	in := dynamodb.CreateTableInput{TableName: &table, BillingMode: types.BillingModePayPerRequest}
	for i, name := range key {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS})
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: &name, KeyType: []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[i]})
	}
	_, err := d.client.CreateTable(context.Background(), &in)
	if err != nil {
		d.t.Fatal(err)
	}
	about := &dynamodb.DescribeTableInput{TableName: &table}
	if err := dynamodb.NewTableExistsWaiter(d.client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 10 * time.Millisecond }).Wait(context.Background(), about, time.Minute); err != nil {
		d.t.Fatal(err)
	}
}

type item map[string]types.AttributeValue

func (d database) put(table string, row item) {
	d.t.Helper()
	if _, err := d.client.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &table, Item: row}); err != nil {
		d.t.Fatal(err)
	}
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

// row is one as all releases of the KCL write it, and more.
func row(key, checkpoint string, more item) item {
	r := item{
		"leaseKey": text(key), "checkpoint": text(checkpoint), "checkpointSubSequenceNumber": number("0"),
		"leaseCounter": number("12"), "ownerSwitchesSinceCheckpoint": number("0"), "leaseOwner": text("worker-1"),
	}
	for name, value := range more {
		r[name] = value
	}
	return r
}

var keys = lease.Keys{Account: "123456789012", Stream: "orders", CreatedAt: time.Unix(1764000000, 0)}

func TestLeases(t *testing.T) {
	d := newDatabase(t)
	d.create("orders-app", "leaseKey")
	d.put("orders-app", row("shardId-000000000000", "SHARD_END", nil))
	d.put("orders-app", row("shardId-000000000001", "12", item{
		"checkpointSubSequenceNumber": number("3"), "parentShardId": &types.AttributeValueMemberSS{Value: []string{"shardId-000000000000"}},
		"childShardIds":     &types.AttributeValueMemberSS{Value: []string{"shardId-000000000007", "shardId-000000000008"}},
		"pendingCheckpoint": text("13"), "pendingCheckpointSubSequenceNumber": number("1"), "pendingCheckpointState": &types.AttributeValueMemberB{Value: []byte{1}},
		"startingHashKey": text("0"), "endingHashKey": text("7"), "throughputKBps": number("0.5"), "entityType": text("LEASE"),
	}))
	d.put("orders-app", row("shardId-000000000002", "1", nil))
	d.put("orders-app", row("123456789012:orders:1764000000:shardId-000000000002", "TRIM_HORIZON", item{
		"streamName": text("123456789012:orders:1764000000"), "shardId": text("shardId-000000000002"),
	}))
	d.put("orders-app", item{"leaseKey": text("shardId-000000000003"), "entityType": text("WORKER_METRIC_STATS")})
	d.put("orders-app", row("123456789012:orders:1600000000:shardId-000000000004", "5", nil)) // of an earlier stream of that name

	leases := d.Leases("orders-app", keys)
	for id, want := range map[string]string{
		"shardId-000000000000": "SHARD_END", "shardId-000000000001": "12:3", "shardId-000000000002": "TRIM_HORIZON",
		"shardId-000000000003": "", "shardId-000000000004": "", "shardId-000000000005": "",
	} {
		got, there, err := leases.Of(context.Background(), id)
		if err != nil || there != (want != "") || there && got.Checkpoint.String() != want {
			t.Errorf("%s: %s, %t, %v, want %q", id, got.Checkpoint, there, err, want)
		}
	}
	whole, _, _ := leases.Of(context.Background(), "shardId-000000000001")
	if whole.Owner != "worker-1" || whole.Counter != 12 || whole.Pending.String() != "13:1" || whole.Parents[0] != "shardId-000000000000" || whole.Range.End.Lo != 7 {
		t.Errorf("the lease is %+v", whole)
	}
	some, err := leases.Among(context.Background(), []string{"shardId-000000000000", "shardId-000000000005"})
	if err != nil || len(some) != 1 || some["shardId-000000000000"].Checkpoint.Sentinel != lease.ShardEnd {
		t.Errorf("among two: %+v, %v", some, err)
	}
}

// A lease is asked for once, and as it is now.
func TestLeasesAreAskedForOnce(t *testing.T) {
	d := newDatabase(t)
	d.create("orders-app", "leaseKey")
	leases := d.Leases("orders-app", keys)
	for range 2 {
		if _, there, err := leases.Of(context.Background(), "shardId-000000000000"); there || err != nil {
			t.Fatalf("%t, %v", there, err)
		}
		d.put("orders-app", row("shardId-000000000000", "12", nil))
	}
	if _, there, err := d.Leases("orders-app", keys).Of(context.Background(), "shardId-000000000000"); !there || err != nil {
		t.Fatalf("%t, %v", there, err)
	}
}

// What is no lease table of the KCL is said to be none.
func TestLeasesOfOthers(t *testing.T) {
	d := newDatabase(t)
	d.create("harlow", "namespace", "shard_id")
	d.put("harlow", item{"namespace": text("app-orders"), "shard_id": text("shardId-000000000000"), "sequence_number": text("12")})
	d.create("spark", "leaseKey", "batch")
	d.create("mine", "leaseKey")
	d.put("mine", item{"leaseKey": text("shardId-000000000000"), "checkpoint": number("12")})
	for table, want := range map[string]string{
		"gone":   "there is no table gone (dynamodb:GetItem)",
		"harlow": "table harlow is no lease table of the KCL: its key is not leaseKey (dynamodb:GetItem)",
		"spark":  "table spark is no lease table of the KCL: its key is not leaseKey (dynamodb:GetItem)",
		"mine":   `row shardId-000000000000 of table mine is no lease of the KCL: checkpoint "" is neither a sequence number nor one of the KCL's words`,
	} {
		_, _, err := d.Leases(table, keys).Of(context.Background(), "shardId-000000000000")
		if err == nil || Why(err) != want {
			t.Errorf("%s: %v, want %s", table, err, want)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, _, err := d.Leases("mine", keys).Of(ended, "shardId-000000000000"); err == nil || Why(err) != "interrupted" {
		t.Errorf("interrupted: %v", err)
	}
}

// However many shards a stream has, so many are asked for and no more.
func TestLeasesAreBounded(t *testing.T) {
	leases := (*Services)(nil).Leases("orders-app", keys)
	if _, _, err := leases.Of(context.Background(), "s"); err == nil || !strings.Contains(err.Error(), "there is no DynamoDB") {
		t.Errorf("beside an endpoint in this process: %v", err)
	}
	leases.err = nil
	for i := range rowsMax {
		leases.asked[strconv.Itoa(i)] = answer{}
	}
	if _, _, err := leases.Of(context.Background(), "s"); err == nil || !strings.Contains(err.Error(), "more than 5000 shards") {
		t.Errorf("one more: %v", err)
	}
}
