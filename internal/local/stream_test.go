package local

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const arn = "arn:aws:kinesis:us-east-1:123456789012:stream/"

func TestCreateAndDescribe(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 3)
	want := object{
		"StreamName": "orders", "StreamARN": arn + "orders", "StreamStatus": "ACTIVE", "OpenShardCount": 3.0,
		"RetentionPeriodHours": 24.0, "StreamCreationTimestamp": 1795435200.25, "MaxRecordSizeInKiB": 1024.0,
		"ConsumerCount": 0.0, "EncryptionType": "NONE",
	}
	for _, ref := range []object{{"StreamName": "orders"}, {"StreamARN": arn + "orders"}, {"StreamName": "orders", "StreamARN": arn + "orders"}} {
		got := e.must("DescribeStreamSummary", ref)["StreamDescriptionSummary"].(object)
		for key := range want {
			if got[key] != want[key] {
				t.Errorf("%v: %s is %v, want %v", ref, key, got[key], want[key])
			}
		}
	}
}

func TestOnDemand(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.must("CreateStream", object{"StreamName": "s", "StreamModeDetails": object{"StreamMode": "ON_DEMAND"}, "MaxRecordSizeInKiB": 10240})
	got := e.must("DescribeStreamSummary", object{"StreamName": "s"})["StreamDescriptionSummary"].(object)
	if got["OpenShardCount"] != 4.0 || got["StreamModeDetails"].(object)["StreamMode"] != "ON_DEMAND" || got["MaxRecordSizeInKiB"] != 10240.0 {
		t.Errorf("summary %v", got)
	}
}

func TestDescribeStreamInPages(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 103)
	var pages []string
	start := ""
	for more := true; more; {
		in := object{"StreamName": "orders"}
		if start != "" {
			in["ExclusiveStartShardId"], in["Limit"] = start, 2
		}
		got := e.must("DescribeStream", in)["StreamDescription"].(object)
		shards := got["Shards"].([]any)
		start = shards[len(shards)-1].(object)["ShardId"].(string)
		pages = append(pages, fmt.Sprint(len(shards)))
		more = got["HasMoreShards"].(bool)
	}
	if got := strings.Join(pages, " "); got != "100 2 1" {
		t.Errorf("pages of %s shards", got)
	}
}

func TestListStreamsInPages(t *testing.T) {
	e := newEndpoint(t, Options{})
	for _, name := range []string{"c", "a", "b"} {
		e.stream(name, 1)
	}
	first := e.must("ListStreams", object{"Limit": 2})
	if got := fmt.Sprint(first["StreamNames"], first["HasMoreStreams"]); got != "[a b] true" {
		t.Errorf("first page %s", got)
	}
	second := e.must("ListStreams", object{"NextToken": first["NextToken"]})
	if got := fmt.Sprint(second["StreamNames"], second["HasMoreStreams"], second["NextToken"]); got != "[c] false <nil>" {
		t.Errorf("second page %s", got)
	}
	if got := e.must("ListStreams", object{"ExclusiveStartStreamName": "a"})["StreamNames"]; fmt.Sprint(got) != "[b c]" {
		t.Errorf("after a: %s", got)
	}
}

// A stream stays in each passing state for as long as the options say, and can
// do there what AWS lets it do.
func TestTransitions(t *testing.T) {
	e := newEndpoint(t, Options{Transition: 10 * time.Second})
	ref := object{"StreamName": "orders"}
	summary := func() object { return e.must("DescribeStreamSummary", ref)["StreamDescriptionSummary"].(object) }
	put := object{"StreamName": "orders", "PartitionKey": "k", "Data": []byte("x")}

	e.stream("orders", 1)
	if got := summary(); got["StreamStatus"] != "CREATING" || got["OpenShardCount"] != nil {
		t.Errorf("while creating: %v", got)
	}
	e.fails("ListShards", ref, "ResourceInUseException", "Stream orders under account 123456789012 not ACTIVE, instead in state CREATING")
	e.fails("PutRecord", put, "ResourceNotFoundException", "Stream orders under account 123456789012 not found.")
	e.fails("GetShardIterator", object{"StreamName": "orders", "ShardId": shard0, "ShardIteratorType": "LATEST"},
		"ResourceNotFoundException", "Shard "+shard0+" in stream orders under account 123456789012 does not exist")
	e.clock.advance(10 * time.Second)
	if got := summary()["StreamStatus"]; got != "ACTIVE" {
		t.Errorf("after 10 s: %v", got)
	}

	split := object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": half}
	e.must("SplitShard", split)
	if got := summary(); got["StreamStatus"] != "UPDATING" || got["OpenShardCount"] != 2.0 {
		t.Errorf("while splitting: %v", got)
	}
	e.must("PutRecord", put)
	split["ShardToSplit"] = shard1
	e.fails("SplitShard", split, "ResourceInUseException", "Stream orders under account 123456789012 not ACTIVE, instead in state UPDATING")
	e.clock.advance(10 * time.Second)

	e.must("DeleteStream", ref)
	if got := summary()["StreamStatus"]; got != "DELETING" {
		t.Errorf("while deleting: %v", got)
	}
	e.fails("CreateStream", object{"StreamName": "orders", "ShardCount": 1},
		"ResourceInUseException", "Stream orders under account 123456789012 already exists.")
	e.clock.advance(10 * time.Second)
	e.fails("DescribeStreamSummary", ref, "ResourceNotFoundException", "Stream orders under account 123456789012 not found.")
	e.stream("orders", 2)
}

func TestRetention(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	set := func(operation string, hours int) {
		t.Helper()
		e.must(operation, object{"StreamName": "orders", "RetentionPeriodHours": hours})
	}
	read := func() string { return e.first("orders", shard0, "TRIM_HORIZON", nil).data() }

	e.put("orders", "0", []byte("first"))
	e.clock.advance(time.Hour)
	e.put("orders", "0", []byte("second"))
	e.clock.advance(23 * time.Hour)
	if got := read(); got != "first second" {
		t.Errorf("after 24 h: %q", got)
	}
	set("IncreaseStreamRetentionPeriod", 48)
	e.clock.advance(time.Millisecond)
	if got := read(); got != "first second" {
		t.Errorf("after 24 h of 48: %q", got)
	}
	set("DecreaseStreamRetentionPeriod", 24)
	if got := read(); got != "second" {
		t.Errorf("after 24 h and a millisecond: %q", got)
	}
	set("IncreaseStreamRetentionPeriod", 168)
	if got := read(); got != "second" {
		t.Errorf("what retention had let go came back: %q", got)
	}
	e.clock.advance(168 * time.Hour)
	if got := read(); got != "" {
		t.Errorf("after a week: %q", got)
	}
	e.put("orders", "0", []byte("third"))
	if got := read(); got != "third" {
		t.Errorf("after all were trimmed: %q", got)
	}
}

// Retention that rises right when a record has run out does not save it.
func TestRaisedRetentionBringsNothingBack(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	e.put("orders", "0", []byte("old"))
	e.clock.advance(25 * time.Hour)
	e.must("IncreaseStreamRetentionPeriod", object{"StreamName": "orders", "RetentionPeriodHours": 48})
	if got := e.first("orders", shard0, "TRIM_HORIZON", nil).data(); got != "" {
		t.Errorf("came back: %q", got)
	}
}

func TestShardLimit(t *testing.T) {
	e := newEndpoint(t, Options{Account: "210987654321", Region: "eu-west-1"})
	e.stream("orders", 10000)
	e.stream("more", 10000)
	e.fails("SplitShard", object{"StreamName": "orders", "ShardToSplit": shard0, "NewStartingHashKey": "1000"}, "LimitExceededException",
		"This request would exceed the shard limit for the account 210987654321 in eu-west-1. Current shard count for the account: 20000. "+
			"Limit: 20000. Number of additional shards that would have resulted from this request: 1. Refer to the AWS Service Limits page "+
			"(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.")
}

func TestStreamErrors(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	const validation, notFound, argument = "ValidationException", "ResourceNotFoundException", "InvalidArgumentException"
	for _, test := range []struct{ operation, input, wantType, want string }{
		{"CreateStream", `{"ShardCount":1}`, validation,
			"1 validation error detected: Value 'null' at 'streamName' failed to satisfy constraint: Member must not be null"},
		{"CreateStream", `{"StreamName":"bad name!","ShardCount":0}`, validation,
			"2 validation errors detected: Value 'bad name!' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
				"Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"CreateStream", `{"StreamName":"` + strings.Repeat("a", 129) + `","ShardCount":1}`, validation,
			"1 validation error detected: Value '" + strings.Repeat("a", 129) + "' at 'streamName' failed to satisfy constraint: Member must have length less than or equal to 128"},
		{"CreateStream", `{"StreamName":"x","StreamModeDetails":{"StreamMode":"FREE"}}`, validation,
			"1 validation error detected: Value 'FREE' at 'streamModeDetails.streamMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]"},
		{"CreateStream", `{"StreamName":"x"}`, validation, "ShardCount is a required parameter for a stream in PROVISIONED mode."},
		{"CreateStream", `{"StreamName":"x","ShardCount":1,"MaxRecordSizeInKiB":1023}`, validation,
			"1 validation error detected: Value '1023' at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must have value greater than or equal to 1024"},
		{"CreateStream", `{"StreamName":"orders","ShardCount":1}`, "ResourceInUseException", "Stream orders under account 123456789012 already exists."},
		{"DescribeStream", `{"StreamName":"orderz"}`, notFound, "Stream orderz under account 123456789012 not found."},
		{"DescribeStream", `{"StreamName":"orders","Limit":10001}`, validation,
			"1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000"},
		{"DescribeStreamSummary", `{}`, argument, "Either StreamName or StreamARN should be provided."},
		{"DescribeStreamSummary", `{"StreamARN":"orders"}`, validation,
			`1 validation error detected: Value 'orders' at 'streamARN' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+`},
		{"DescribeStreamSummary", `{"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orderz"}`, notFound, "Stream orderz under account 123456789012 not found."},
		{"DescribeStreamSummary", `{"StreamARN":"arn:aws:kinesis:us-east-1:210987654321:stream/orders"}`, notFound,
			"Stream arn:aws:kinesis:us-east-1:210987654321:stream/orders not found."},
		{"DescribeStreamSummary", `{"StreamName":"other","StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders"}`, argument,
			"StreamARN arn:aws:kinesis:us-east-1:123456789012:stream/orders and StreamName other name different streams."},
		{"ListStreams", `{"Limit":0}`, validation,
			"1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"IncreaseStreamRetentionPeriod", `{"StreamName":"orders"}`, validation,
			"1 validation error detected: Value 'null' at 'retentionPeriodHours' failed to satisfy constraint: Member must not be null"},
		{"IncreaseStreamRetentionPeriod", `{"StreamName":"orders","RetentionPeriodHours":23}`, argument,
			"Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."},
		{"IncreaseStreamRetentionPeriod", `{"StreamName":"orders","RetentionPeriodHours":8761}`, argument,
			"Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long."},
		{"DecreaseStreamRetentionPeriod", `{"StreamName":"orders","RetentionPeriodHours":25}`, argument,
			"Requested retention period (25 hours) for stream orders can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API."},
		{"UpdateMaxRecordSize", `{"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders"}`, validation,
			"1 validation error detected: Value 'null' at 'maxRecordSizeInKiB' failed to satisfy constraint: Member must not be null"},
	} {
		e.fails(test.operation, test.input, test.wantType, test.want)
	}
}
