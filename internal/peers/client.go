package peers

import (
	"encoding/json"
	"fmt"
	"testing"
)

// A Client is AWS' SDK for JavaScript in a process of its own. Its methods fail
// the test when the SDK reports an error, so only the test's own goroutine may
// call them, one at a time.
type Client struct {
	t   testing.TB
	out *json.Encoder
	in  *json.Decoder
}

// NewClient starts a client of the endpoint at a URL, over HTTP/1.1, which all
// endpoints speak. It ends with the test.
func NewClient(t testing.TB, endpoint string) *Client {
	t.Helper()
	return newClient(t, endpoint, "1.1")
}

// NewHTTP2Client starts a client that talks as the SDK does unless told otherwise:
// over HTTP/2, which on plain http it begins without asking. Kinesalite does not
// understand it.
func NewHTTP2Client(t testing.TB, endpoint string) *Client {
	t.Helper()
	return newClient(t, endpoint, "2")
}

func newClient(t testing.TB, endpoint, httpVersion string) *Client {
	t.Helper()
	p := start(t, "client.js", endpoint, httpVersion)
	return &Client{t: t, out: json.NewEncoder(p.stdin), in: json.NewDecoder(p.stdout)}
}

// Create makes a stream of some shards and waits until it is ACTIVE.
func (c *Client) Create(stream string, shards int) {
	c.t.Helper()
	c.run("create", map[string]any{"stream": stream, "shards": shards}, nil)
}

// Put puts records in batches, retries what an endpoint did not take, and returns
// a receipt for each record, in the records' order.
func (c *Client) Put(stream string, records []Record) []Receipt {
	c.t.Helper()
	var receipts []Receipt
	c.run("put", map[string]any{"stream": stream, "records": records}, &receipts)
	return receipts
}

// Read returns every record of the stream, shard by shard. Explicit hash keys are
// not known to a reader.
func (c *Client) Read(stream string) []Record {
	c.t.Helper()
	var records []Record
	c.run("read", map[string]any{"stream": stream}, &records)
	return records
}

// Split splits an open shard in the middle of its hash key range, waits until the
// stream is ACTIVE, and returns the two children, the lower range first.
func (c *Client) Split(stream, shard string) []Shard {
	c.t.Helper()
	var children []Shard
	c.run("split", map[string]any{"stream": stream, "shard": shard}, &children)
	return children
}

// Merge merges a shard with the one beside it, waits until the stream is ACTIVE,
// and returns the child.
func (c *Client) Merge(stream, shard, adjacent string) Shard {
	c.t.Helper()
	var child Shard
	c.run("merge", map[string]any{"stream": stream, "shard": shard, "adjacent": adjacent}, &child)
	return child
}

// Shards lists the stream's shards, open and closed.
func (c *Client) Shards(stream string) []Shard {
	c.t.Helper()
	var shards []Shard
	c.run("shards", map[string]any{"stream": stream}, &shards)
	return shards
}

// Subscribe registers a consumer, has it pushed a shard from its beginning, until it
// has so many records or the shard ends, and deregisters it.
func (c *Client) Subscribe(stream, consumer, shard string, records int) Push {
	c.t.Helper()
	var push Push
	c.run("subscribe", map[string]any{"stream": stream, "consumer": consumer, "shard": shard, "records": records}, &push)
	return push
}

// Aggregate packs user records into KPL-aggregated records, ready for Put, by the
// npm package aws-kinesis-agg. That package mixes up partition keys that look like
// integers ("7", "3"): give keys that begin with a letter.
func (c *Client) Aggregate(records []Record) []Record {
	c.t.Helper()
	var aggregated []Record
	c.run("aggregate", map[string]any{"records": records}, &aggregated)
	return aggregated
}

// Deaggregate returns the user records in KPL-aggregated records, taken apart by
// the npm package aws-kinesis-agg. It gives user records without an explicit hash
// key one of another's: give all of an aggregate one, or none.
func (c *Client) Deaggregate(records []Record) []Record {
	c.t.Helper()
	var users []Record
	c.run("deaggregate", map[string]any{"records": records}, &users)
	return users
}

// run has one command carried out and fails the test if that fails.
func (c *Client) run(command string, args, answer any) {
	c.t.Helper()
	if err := c.call(command, args, answer); err != nil {
		c.t.Fatalf("%s by the Node SDK: %v", command, err)
	}
}

// call sends one command and waits for its answer; the script bounds the wait.
func (c *Client) call(command string, args, answer any) error {
	if err := c.out.Encode(map[string]any{command: args}); err != nil {
		return err
	}
	var reply struct {
		Answer json.RawMessage
		Error  *callError
	}
	if err := c.in.Decode(&reply); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if reply.Error != nil {
		return reply.Error
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(reply.Answer, answer)
}

// A callError is what the SDK threw: AWS' name of the error, or JavaScript's.
type callError struct {
	Name    string
	Message string
}

func (e *callError) Error() string { return e.Name + ": " + e.Message }
