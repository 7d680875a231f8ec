package local

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestPutGoesByHash(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 3)
	for _, test := range []struct {
		key, explicit, want string
	}{
		{"abc", "", shard1}, // 1914…3570
		{"ключ-1", "", shard2},
		{"abc", "0", shard0},
		{"abc", "113427455640312821154458202477256070484", shard0},
		{"abc", "113427455640312821154458202477256070485", shard1},
		{"abc", last, shard2},
	} {
		in := object{"StreamName": "orders", "PartitionKey": test.key, "Data": []byte("x")}
		if test.explicit != "" {
			in["ExplicitHashKey"] = test.explicit
		}
		if got := e.must("PutRecord", in)["ShardId"]; got != test.want {
			t.Errorf("key %q, hash key %q: %s, want %s", test.key, test.explicit, got, test.want)
		}
	}
}

func TestPutRecords(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 2)
	var entries []object
	for i := range 500 {
		entries = append(entries, object{"PartitionKey": "k", "ExplicitHashKey": []string{"0", half}[i%2], "Data": fmt.Append(nil, i)})
	}
	got := e.must("PutRecords", object{"StreamARN": arn + "orders", "Records": entries})
	results := got["Records"].([]any)
	if got["FailedRecordCount"] != 0.0 || len(results) != 500 {
		t.Fatalf("%v failed of %d", got["FailedRecordCount"], len(results))
	}
	numbers := map[any]bool{}
	for i, r := range results {
		numbers[r.(object)["SequenceNumber"]] = true
		if want := []string{shard0, shard1}[i%2]; r.(object)["ShardId"] != want {
			t.Errorf("entry %d went to %v", i, r)
		}
	}
	if len(numbers) != 500 {
		t.Errorf("%d different sequence numbers", len(numbers))
	}
	for i, id := range []string{shard0, shard1} {
		p := e.first("orders", id, "TRIM_HORIZON", nil)
		if len(p.Records) != 250 || string(p.Records[249].Data) != fmt.Sprint(498+i) {
			t.Errorf("shard %d has %d records", i, len(p.Records))
		}
	}
}

// Sequence numbers hold the shard, its second of creation and the second of
// arrival, and grow.
func TestSequenceNumbersOfPuts(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 20)
	e.clock.advance(90 * time.Second)
	previous := ""
	for range 3 {
		number := e.put("orders", last, []byte("x"))
		q, ok := parseSequence(number)
		if !ok || q.created != noon.Unix() || q.at != noon.Unix()+90 || q.shard != 19 || len(number) != 56 {
			t.Errorf("%s says %+v", number, q)
		}
		if compareSequences(number, previous) <= 0 {
			t.Errorf("%s comes after %s", number, previous)
		}
		previous = number
	}
}

func TestRecordSize(t *testing.T) {
	e := newEndpoint(t, Options{NoQuotas: true})
	e.stream("orders", 1)
	const tooLong = "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d"
	sized := func(size int) object { // with the partition key's byte
		return object{"StreamName": "orders", "PartitionKey": "k", "Data": make([]byte, size-1)}
	}
	e.must("PutRecord", sized(1<<20))
	e.fails("PutRecord", sized(1<<20+1), "ValidationException", fmt.Sprintf(tooLong, "data", 1<<20))
	e.fails("PutRecords", object{"StreamName": "orders", "Records": []object{sized(9), sized(1<<20 + 1)}},
		"ValidationException", fmt.Sprintf(tooLong, "records.2.member.data", 1<<20))
	e.must("UpdateMaxRecordSize", object{"StreamARN": arn + "orders", "MaxRecordSizeInKiB": 10240})
	e.must("PutRecord", sized(10<<20))
	e.fails("PutRecord", sized(10<<20+1), "ValidationException", fmt.Sprintf(tooLong, "data", 10<<20))
}

func TestRequestSize(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	entries := make([]object, 10)
	for i := range entries {
		entries[i] = object{"PartitionKey": "k", "Data": make([]byte, 1<<20-1)}
	}
	in := object{"StreamName": "orders", "Records": entries}
	e.must("PutRecords", in)
	in["Records"] = append(entries, object{"PartitionKey": "k", "Data": ""})
	e.fails("PutRecords", in, "InvalidArgumentException", "Records size exceeds 10 MB limit")
}

func TestPutErrors(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	const validation, argument = "ValidationException", "InvalidArgumentException"
	null := "1 validation error detected: Value 'null' at '%s' failed to satisfy constraint: Member must not be null"
	short := "1 validation error detected: Value '' at '%s' failed to satisfy constraint: Member must have length greater than or equal to 1"
	long := "1 validation error detected: Value '%s' at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256"
	key257 := strings.Repeat("ы", 257)
	for _, test := range []struct{ operation, input, wantType, want string }{
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"k"}`, validation, fmt.Sprintf(null, "data")},
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"","Data":""}`, validation, fmt.Sprintf(short, "partitionKey")},
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"` + key257 + `","Data":""}`, validation, fmt.Sprintf(long, key257)},
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"k","Data":"","ExplicitHashKey":"abc"}`, validation,
			`1 validation error detected: Value 'abc' at 'explicitHashKey' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})`},
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"k","Data":"","ExplicitHashKey":"340282366920938463463374607431768211456"}`, argument,
			"Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456"},
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"k","Data":"","SequenceNumberForOrdering":"123"}`, argument,
			"ExclusiveMinimumSequenceNumber 123 used in PutRecord on stream orders under account 123456789012 is invalid."},
		{"PutRecord", `{"StreamName":"orderz","PartitionKey":"k","Data":""}`, "ResourceNotFoundException", "Stream orderz under account 123456789012 not found."},
		{"PutRecord", `{"StreamName":"orders","PartitionKey":"k","Data":"*"}`, "SerializationException", "illegal base64 data at input byte 0"},
		{"PutRecords", `{"StreamName":"orders","Records":[]}`, validation,
			"1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"PutRecords", `{"StreamName":"orders","Records":[` + strings.Repeat(`{"PartitionKey":"k","Data":""},`, 500) + `{"PartitionKey":"k","Data":""}]}`, validation,
			"1 validation error detected: Value at 'records' failed to satisfy constraint: Member must have length less than or equal to 500"},
		{"PutRecords", `{"StreamName":"orders","Records":[{"PartitionKey":"k","Data":""},{"PartitionKey":"","Data":""}]}`, validation,
			fmt.Sprintf(short, "records.2.member.partitionKey")},
	} {
		e.fails(test.operation, test.input, test.wantType, test.want)
	}
	if p := e.first("orders", shard0, "TRIM_HORIZON", nil); len(p.Records) != 0 {
		t.Errorf("a refused put left %d records", len(p.Records))
	}
	e.must("PutRecord", object{"StreamName": "orders", "PartitionKey": key257[2:], "Data": ""})
}

func TestSequenceNumberForOrdering(t *testing.T) {
	e, numbers := timeline(t, 1)
	got := e.must("PutRecord", object{"StreamName": "orders", "PartitionKey": "k", "Data": "", "SequenceNumberForOrdering": numbers[0]})
	if got["SequenceNumber"] == numbers[0] {
		t.Error("the same sequence number twice")
	}
}
