package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/schemas"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/eventstream"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"kinspect/internal/record"
)

const shardID = "shardId-000000000000"

var (
	sdk        = awsjson.New11(schemas.Kinesis_20131202)
	getRecords = smithy.NewOperationSchema(schemas.GetRecords, schemas.GetRecordsInput, schemas.GetRecordsOutput)
)

// sdkReads has the SDK read an answer. Where it panics, that is the error.
func sdkReads(body []byte, shape Shape) (p *Page, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it panics: %v", r)
		}
	}()
	if shape == Event {
		return sdkReadsEvent(body)
	}
	out := &kinesis.GetRecordsOutput{}
	answer := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body))}}
	if err := sdk.DeserializeResponse(context.Background(), getRecords, kinesis.TypeRegistry, answer, out); err != nil {
		return nil, err
	}
	p = &Page{Next: aws.ToString(out.NextShardIterator), Behind: out.MillisBehindLatest}
	return p.of(out.Records, out.ChildShards), nil
}

func sdkReadsEvent(body []byte) (*Page, error) {
	var message bytes.Buffer
	m := eventstream.Message{Payload: body}
	m.Headers.Set(eventstream.MessageTypeHeader, eventstream.StringValue(eventstream.EventMessageType))
	m.Headers.Set(eventstream.EventTypeHeader, eventstream.StringValue("SubscribeToShardEvent"))
	if err := eventstream.NewEncoder().Encode(&message, m); err != nil {
		return nil, err
	}
	// One of its own: one that is shared has a buffer which all write.
	out, err := awsjson.New11(schemas.Kinesis_20131202).DeserializeEventMessage(schemas.SubscribeToShardEventStream, kinesis.TypeRegistry, &message)
	if err != nil {
		return nil, err
	}
	e := out.(*types.SubscribeToShardEvent)
	p := &Page{Continuation: aws.ToString(e.ContinuationSequenceNumber), Behind: e.MillisBehindLatest}
	return p.of(e.Records, e.ChildShards), nil
}

func (p *Page) of(records []types.Record, children []types.ChildShard) *Page {
	for _, r := range records {
		p.Records = append(p.Records, record.Record{
			ShardID:        shardID,
			SequenceNumber: record.SequenceNumber(aws.ToString(r.SequenceNumber)),
			PartitionKey:   r.PartitionKey,
			ArrivedAt:      aws.ToTime(r.ApproximateArrivalTimestamp),
			EncryptionType: string(r.EncryptionType),
			Data:           r.Data,
		})
		p.Bytes += int64(len(r.Data) + len(aws.ToString(r.PartitionKey)))
	}
	for _, c := range children {
		child := Child{ID: aws.ToString(c.ShardId), Parents: c.ParentShards}
		if r := c.HashKeyRange; r != nil {
			child.Range = &Range{aws.ToString(r.StartingHashKey), aws.ToString(r.EndingHashKey)}
		}
		p.Children = append(p.Children, child)
	}
	return p
}

// dump spells a page so that two can be compared.
func (p *Page) dump() string {
	text := fmt.Sprintf("%d bytes, next %q, continuation %q\n", p.Bytes, p.Next, p.Continuation)
	if p.Behind != nil {
		text += fmt.Sprintf("behind %d\n", *p.Behind)
	}
	for _, r := range p.Records {
		text += fmt.Sprintf("%s %q %v %q %x (%v)", r.ShardID, r.SequenceNumber, r.ArrivedAt, r.EncryptionType, r.Data, r.Data == nil)
		if r.PartitionKey != nil {
			text += fmt.Sprintf(" key %q", *r.PartitionKey)
		}
		text += "\n"
	}
	for _, c := range p.Children {
		text += fmt.Sprintf("%q %q %v\n", c.ID, c.Parents, c.Range)
	}
	return text
}

// pieced is a body that comes in pieces of so many bytes.
type pieced struct {
	body []byte
	n    int
}

func (p *pieced) Read(into []byte) (int, error) {
	if len(p.body) == 0 {
		return 0, io.EOF
	}
	n := copy(into[:min(len(into), p.n)], p.body)
	p.body = p.body[n:]
	return n, nil
}

// compare has an answer read by us, in pieces, and by the SDK.
func compare(t *testing.T, body []byte, shape Shape, n int) {
	t.Helper()
	want, sdkErr := sdkReads(body, shape)
	got, err := Read(&pieced{body, n}, shape, shardID, record.Take{})
	switch {
	case (err == nil) != (sdkErr == nil):
		if !deliberate(body) {
			t.Errorf("%.300q, %d at a time:\nwe say %v,\nthe SDK %v", body, n, err, sdkErr)
		}
	case err != nil:
	case got.dump() != want.dump() && !deliberate(body):
		t.Errorf("%.300q, %d at a time: we read\n%.2000s\nthe SDK\n%.2000s", body, n, got.dump(), want.dump())
	}
	if got != nil {
		got.Release()
	}
}

// deliberate tells of a body on which we differ from the SDK: it takes arrival times NaN
// and Infinity, which it then panics at, or has as a moment in 1969; and an integer of
// any length that begins as the least one.
func deliberate(body []byte) bool {
	folded := bytes.ToLower(body)
	for _, odd := range []string{"nan", "infinity", "9223372036854775808", `\u`} {
		if bytes.Contains(folded, []byte(odd)) {
			return odd != `\u` || bytes.Contains(folded, []byte("timestamp"))
		}
	}
	return false
}
