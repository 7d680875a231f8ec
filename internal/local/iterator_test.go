package local

import (
	"fmt"
	"testing"
	"time"
)

// timeline is a stream of one shard with a record every second, from the first
// second on, and gives their sequence numbers.
func timeline(t *testing.T, records int) (*endpoint, []string) {
	e := newEndpoint(t, Options{NoQuotas: true})
	e.stream("orders", 1)
	var numbers []string
	for i := range records {
		e.clock.advance(time.Second)
		numbers = append(numbers, e.put("orders", "0", fmt.Append(nil, i)))
	}
	return e, numbers
}

func TestIteratorTypes(t *testing.T) {
	e, numbers := timeline(t, 5)
	at := func(since time.Duration) object {
		return object{"Timestamp": float64(noon.Add(since).UnixMilli()) / 1000}
	}
	starting := e.must("ListShards", object{"StreamName": "orders"})["Shards"].([]any)[0].(object)["SequenceNumberRange"].(object)["StartingSequenceNumber"]
	between := sequence{created: noon.Unix(), counter: 2, at: noon.Unix() + 9}.String()
	for _, test := range []struct {
		name, kind string
		more       object
		want       string
	}{
		{"trim horizon", "TRIM_HORIZON", nil, "0 1 2 3 4"},
		{"latest", "LATEST", nil, ""},
		{"at the first", "AT_SEQUENCE_NUMBER", object{"StartingSequenceNumber": numbers[0]}, "0 1 2 3 4"},
		{"at the last", "AT_SEQUENCE_NUMBER", object{"StartingSequenceNumber": numbers[4]}, "4"},
		{"after the first", "AFTER_SEQUENCE_NUMBER", object{"StartingSequenceNumber": numbers[0]}, "1 2 3 4"},
		{"after the last", "AFTER_SEQUENCE_NUMBER", object{"StartingSequenceNumber": numbers[4]}, ""},
		{"at the shard's start", "AT_SEQUENCE_NUMBER", object{"StartingSequenceNumber": starting}, "0 1 2 3 4"},
		{"at a number no record has", "AT_SEQUENCE_NUMBER", object{"StartingSequenceNumber": between}, "2 3 4"},
		{"at time 0", "AT_TIMESTAMP", object{"Timestamp": 0}, "0 1 2 3 4"},
		{"at a record's millisecond", "AT_TIMESTAMP", at(3 * time.Second), "2 3 4"},
		{"a millisecond before", "AT_TIMESTAMP", at(3*time.Second - time.Millisecond), "2 3 4"},
		{"a millisecond after", "AT_TIMESTAMP", at(3*time.Second + time.Millisecond), "3 4"},
		{"now", "AT_TIMESTAMP", at(5 * time.Second), "4"},
	} {
		if got := e.first("orders", shard0, test.kind, test.more).data(); got != test.want {
			t.Errorf("%s: records %q, want %q", test.name, got, test.want)
		}
	}
}

// What is put after the iterator was issued is given.
func TestIteratorsAtTheTip(t *testing.T) {
	e, _ := timeline(t, 1)
	e.clock.advance(time.Second)
	iterators := map[string]string{
		"LATEST":       e.iterator("orders", shard0, "LATEST", nil),
		"AT_TIMESTAMP": e.iterator("orders", shard0, "AT_TIMESTAMP", object{"Timestamp": noon.Unix() + 2}),
	}
	e.put("orders", "0", []byte("new"))
	for kind, it := range iterators {
		if got := e.page(it, 0).data(); got != "new" {
			t.Errorf("%s: %q", kind, got)
		}
	}
}

// LATEST stays where it was when all before it has been trimmed.
func TestLatestOfATrimmedShard(t *testing.T) {
	e, _ := timeline(t, 3)
	e.clock.advance(25 * time.Hour)
	it := e.iterator("orders", shard0, "LATEST", nil)
	e.put("orders", "0", []byte("new"))
	if got := e.page(it, 0).data(); got != "new" {
		t.Errorf("records %q, want new", got)
	}
}

// Arrival times may be out of order: AT_TIMESTAMP begins at the first record
// of the shard that arrived then or later, and leaves no later one out.
func TestAtTimestampWithArrivalsOutOfOrder(t *testing.T) {
	d := new(shard)
	for i, arrived := range []int64{10, 30, 20, 30, 25, 40} {
		d.add(storedRecord{sequence: fmt.Sprint(i + 1), arrived: arrived})
	}
	for at, want := range map[epoch]place{
		5: {"1", false}, 10: {"1", false}, 15: {"2", false}, 25: {"2", false},
		30: {"2", false}, 31: {"6", false}, 40: {"6", false}, 41: {"6", true},
	} {
		if got := d.placeAt(at); got != want {
			t.Errorf("placeAt(%d) = %v, want %v", at, got, want)
		}
	}
}

func TestIteratorsExpire(t *testing.T) {
	e, _ := timeline(t, 3)
	it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	e.clock.advance(300 * time.Second)
	p := e.page(it, 2)
	if got := e.page(it, 2).data(); got != "0 1" {
		t.Errorf("used again: %q", got)
	}
	e.clock.advance(300 * time.Second)
	if got := e.page(*p.NextShardIterator, 2).data(); got != "2" {
		t.Errorf("the next one: %q", got)
	}
	e.clock.advance(time.Millisecond)
	e.fails("GetRecords", object{"ShardIterator": *p.NextShardIterator}, "ExpiredIteratorException",
		"Iterator expired. The iterator was created at time Mon Nov 23 12:05:03 UTC 2026 while right now it is "+
			"Mon Nov 23 12:10:03 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.")
}

// An iterator of a stream that was deleted leads nowhere, even if there is
// another stream of that name.
func TestIteratorOfAnotherStream(t *testing.T) {
	e, numbers := timeline(t, 1)
	it := e.iterator("orders", shard0, "TRIM_HORIZON", nil)
	e.must("DeleteStream", object{"StreamName": "orders"})
	e.fails("GetRecords", object{"ShardIterator": it}, "ResourceNotFoundException", "Stream orders under account 123456789012 not found.")
	e.stream("orders", 1)
	e.fails("GetRecords", object{"ShardIterator": it}, "ResourceNotFoundException",
		"Shard "+shard0+" in stream orders under account 123456789012 does not exist")
	e.fails("GetShardIterator", object{"StreamName": "orders", "ShardId": shard0, "ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": numbers[0]},
		"InvalidArgumentException", "StartingSequenceNumber "+numbers[0]+" used in GetShardIterator on shard "+shard0+
			" in stream orders under account 123456789012 is invalid because it did not come from this stream.")
}

func TestIteratorErrors(t *testing.T) {
	e := newEndpoint(t, Options{NoQuotas: true})
	e.stream("orders", 2)
	number := e.put("orders", last, []byte("x"))
	const validation, argument = "ValidationException", "InvalidArgumentException"
	oneOrOther := func(request string) string {
		return "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or " +
			"(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified " + request + " StartingSequenceNumber."
	}
	for _, test := range []struct {
		change         object
		wantType, want string
	}{
		{object{"ShardIteratorType": nil}, validation,
			"1 validation error detected: Value 'null' at 'shardIteratorType' failed to satisfy constraint: Member must not be null"},
		{object{"ShardIteratorType": "EARLIEST"}, validation,
			"1 validation error detected: Value 'EARLIEST' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]"},
		{object{"StreamName": "orderz"}, "ResourceNotFoundException", "Stream orderz under account 123456789012 not found."},
		{object{"ShardId": shard2}, "ResourceNotFoundException", "Shard " + shard2 + " in stream orders under account 123456789012 does not exist"},
		{object{"ShardIteratorType": "AT_TIMESTAMP"}, argument,
			"Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter."},
		{object{"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 1795435200.251}, argument,
			"The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. " +
				"timestampInMillis: 1795435200251, currentTimestampInMillis: 1795435200250"},
		{object{"StartingSequenceNumber": number}, argument, oneOrOther("LATEST and also a")},
		{object{"ShardIteratorType": "AFTER_SEQUENCE_NUMBER"}, argument, oneOrOther("AFTER_SEQUENCE_NUMBER and no")},
		{object{"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": "07"}, validation,
			`1 validation error detected: Value '07' at 'startingSequenceNumber' failed to satisfy constraint: Member must satisfy regular expression pattern: 0|([1-9]\d{0,128})`},
		{object{"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": "7"}, argument,
			"StartingSequenceNumber 7 used in GetShardIterator on shard " + shard0 + " in stream orders under account 123456789012 is invalid."},
		{object{"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": number}, argument,
			"Invalid StartingSequenceNumber. It encodes " + shard1 + ", while it was used in a call to a shard with " + shard0},
	} {
		in := object{"StreamName": "orders", "ShardId": shard0, "ShardIteratorType": "LATEST"}
		for k, v := range test.change {
			in[k] = v
		}
		e.fails("GetShardIterator", in, test.wantType, test.want)
	}
}
