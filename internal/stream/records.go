package stream

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/wire"
)

// Page is one answer to GetRecords, at most 10,000 records and 10 MiB, or one event of a
// Subscription.
type Page struct {
	// Extent is that of all records, but for those that were handed out before.
	record.Extent
	// Records are those of them to hand out: views, until Release.
	Records []record.Record
	// Repeated counts those that were handed out before.
	Repeated int
	// Bytes is the data and partition keys of all.
	Bytes int64
	// Next is the iterator behind the page, or empty at the end of a shard.
	Next string
	// Behind is MillisBehindLatest.
	Behind time.Duration
	// Continuation is, of a page that was pushed, the number behind which to subscribe
	// anew, or empty at the end of a shard.
	Continuation record.SequenceNumber
	// Children are named at the end of a shard, by AWS always.
	Children []shard.Shard
	// AskedAt is the server's time, at the least, when the page was asked for.
	AskedAt time.Time
	// AnsweredAt is the server's time, at the most, when it was answered.
	AnsweredAt time.Time

	read *wire.Page
}

// behindUnknown is the Behind of a page that does not tell: the longest
// retention, and so as far behind as can be.
const behindUnknown = 8760 * time.Hour

// Iterator returns a shard iterator for the position; it lives for 5 minutes.
// It tries once.
func (c *Client) Iterator(ctx context.Context, shardID string, p position.Position) (string, error) {
	in := &kinesis.GetShardIteratorInput{
		StreamName: c.name, StreamARN: c.arn,
		ShardId:           &shardID,
		ShardIteratorType: types.ShardIteratorType(p.Kind),
	}
	switch p.Kind {
	case position.AtTimestamp:
		in.Timestamp = &p.Time
	case position.AtSequenceNumber, position.AfterSequenceNumber:
		in.StartingSequenceNumber = aws.String(string(p.SequenceNumber))
	}
	out, err := call(ctx, c, operation{"GetShardIterator", shardID}, callTimeout, func(ctx context.Context) (*kinesis.GetShardIteratorOutput, error) {
		return c.api.GetShardIterator(ctx, in)
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.ShardIterator), nil
}

// Leave is asked for before an answer is taken in, with its size in bytes, less than 0
// where that is not told. It may wait, and refuse.
type Leave func(ctx context.Context, bytes int64) error

// Records asks for the page at the iterator, once: for at most so many records,
// 1 to 10,000, or for as many as come where the limit is 0. The answer waits for leave,
// if there is one to ask for, as long as that takes.
func (c *Client) Records(ctx context.Context, shardID, iterator string, limit int, leave Leave, take record.Take) (Page, error) {
	in := &kinesis.GetRecordsInput{ShardIterator: &iterator, StreamARN: c.arn}
	if limit > 0 {
		in.Limit = aws.Int32(int32(limit))
	}
	asked := c.Clock.Now()
	wanted := &paging{shardID: shardID, leave: leave, take: take}
	_, err := call(ctx, c, operation{"GetRecords", shardID}, readTimeout, func(ctx context.Context) (*kinesis.GetRecordsOutput, error) {
		return c.api.GetRecords(wanted.context(ctx), in)
	})
	if err != nil {
		wanted.release()
		return Page{}, err
	}
	return c.page(wanted.page, asked)
}

// page is what was read of an answer, or an event.
func (c *Client) page(read *wire.Page, asked time.Time) (Page, error) {
	children, err := childrenOf(read.Children)
	if err != nil {
		read.Release()
		return Page{}, err
	}
	page := Page{
		Extent: read.Extent, Records: read.Records, Repeated: read.Repeated, Bytes: read.Bytes,
		Next: read.Next, Continuation: record.SequenceNumber(read.Continuation),
		Behind: behindUnknown, Children: children,
		AskedAt: asked, AnsweredAt: c.Clock.NowAtMost(),
		read: read,
	}
	if read.Behind != nil {
		page.Behind = time.Duration(*read.Behind) * time.Millisecond
	}
	c.cost.bytes.Add(page.Bytes)
	return page, nil
}

// Release gives back the memory of the page: its records are not to be used any more.
// One that is not released is garbage like all else.
func (p Page) Release() {
	if p.read != nil {
		p.read.Release()
	}
}
