package local

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// handClock is a clock that moves by hand only.
type handClock struct{ now time.Time }

func (c *handClock) Now() time.Time          { return c.now }
func (c *handClock) advance(d time.Duration) { c.now = c.now.Add(d) }

// noon is when the tests' worlds begin.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 250e6, time.UTC)

// endpoint is a server under test with its clock.
type endpoint struct {
	*testing.T
	*Server
	clock *handClock
}

func newEndpoint(t *testing.T, o Options) *endpoint {
	clock := &handClock{noon}
	o.Clock = clock
	return &endpoint{t, New(o), clock}
}

type object = map[string]any

// ask makes a request as a client would and gives what came back.
func (e *endpoint) ask(operation, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "Kinesis_20131202."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// must makes a request that has to succeed; input is JSON or a value to write
// as JSON.
func (e *endpoint) must(operation string, input any) object {
	e.Helper()
	w := e.ask(operation, asJSON(input))
	if w.Code != http.StatusOK {
		e.Fatalf("%s %s: %d %s", operation, asJSON(input), w.Code, w.Body)
	}
	if w.Body.Len() == 0 {
		return nil
	}
	return parseObject(e.T, w.Body.Bytes())
}

// fails makes a request that has to fail so.
func (e *endpoint) fails(operation string, input any, wantType, wantMessage string) {
	e.Helper()
	w := e.ask(operation, asJSON(input))
	got := parseObject(e.T, w.Body.Bytes())
	if w.Code != http.StatusBadRequest || got["__type"] != wantType || got["message"] != wantMessage {
		e.Errorf("%s %.200s:\n got %d %s\nwant 400 %s: %s", operation, asJSON(input), w.Code, w.Body, wantType, wantMessage)
	}
}

func asJSON(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func parseObject(t *testing.T, text []byte) object {
	t.Helper()
	var o object
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatalf("not JSON: %v: %.200s", err, text)
	}
	return o
}

// stream creates a stream.
func (e *endpoint) stream(name string, shards int) {
	e.Helper()
	e.must("CreateStream", object{"StreamName": name, "ShardCount": shards})
}

// put puts a record with an explicit hash key and gives its sequence number.
func (e *endpoint) put(stream, hashKey string, data []byte) string {
	e.Helper()
	return e.must("PutRecord", object{
		"StreamName": stream, "PartitionKey": "k", "ExplicitHashKey": hashKey, "Data": data,
	})["SequenceNumber"].(string)
}

// iterator gets a shard iterator; more are further members of the request.
func (e *endpoint) iterator(stream, shard, kind string, more object) string {
	e.Helper()
	in := object{"StreamName": stream, "ShardId": shard, "ShardIteratorType": kind}
	for k, v := range more {
		in[k] = v
	}
	return e.must("GetShardIterator", in)["ShardIterator"].(string)
}

// page is a GetRecords answer, as far as the tests look at it.
type page struct {
	Records []struct {
		SequenceNumber              string
		PartitionKey                string
		Data                        []byte
		ApproximateArrivalTimestamp json.Number
	}
	NextShardIterator  *string
	MillisBehindLatest int64
	ChildShards        []struct {
		ShardId      string
		ParentShards []string
		HashKeyRange struct{ StartingHashKey, EndingHashKey string }
	}
}

func (e *endpoint) page(iterator string, limit int) page {
	e.Helper()
	in := object{"ShardIterator": iterator}
	if limit > 0 {
		in["Limit"] = limit
	}
	w := e.ask("GetRecords", asJSON(in))
	if w.Code != http.StatusOK {
		e.Fatalf("GetRecords: %d %s", w.Code, w.Body)
	}
	var p page
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		e.Fatal(err)
	}
	return p
}

// data are the page's records as texts.
func (p page) data() string {
	var all []string
	for _, r := range p.Records {
		all = append(all, string(r.Data))
	}
	return strings.Join(all, " ")
}

// first is the first page from an iterator.
func (e *endpoint) first(stream, shard, kind string, more object) page {
	e.Helper()
	return e.page(e.iterator(stream, shard, kind, more), 0)
}

// shards lists shard ids.
func (e *endpoint) shards(input object) string {
	e.Helper()
	var ids []string
	for _, s := range e.must("ListShards", input)["Shards"].([]any) {
		id := s.(object)["ShardId"].(string)
		ids = append(ids, strings.TrimLeft(strings.TrimPrefix(id, "shardId-"), "0")+"")
	}
	for i := range ids {
		if ids[i] == "" {
			ids[i] = "0"
		}
	}
	return strings.Join(ids, " ")
}

const (
	shard0 = "shardId-000000000000"
	shard1 = "shardId-000000000001"
	shard2 = "shardId-000000000002"
	shard3 = "shardId-000000000003"
	half   = "170141183460469231731687303715884105728" // 2^127
	last   = "340282366920938463463374607431768211455" // 2^128-1
)
