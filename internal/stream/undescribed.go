package stream

import (
	"context"
	"errors"
	"strings"
	"time"

	"kinspect/internal/shard"
)

// recordBytesLargest is the most that MaxRecordSizeInKiB may be.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html
const recordBytesLargest = 10 << 20

// undescribed is what holds of a stream whose description is denied: the least
// retention and the largest records that AWS has, and as its creation the latest
// time that its shards allow. Who may not list them either knows of no time before
// now; each call then says by itself what is denied.
func (c *Client) undescribed(ctx context.Context, denied *Error) (Summary, error) {
	s := Summary{
		Denied: denied, Name: c.displayName(), Region: c.Region(),
		Retention: retentionDefault, RecordBytesMax: recordBytesLargest,
	}
	if c.arn != nil {
		s.ARN = *c.arn
		parts := strings.Split(s.ARN, ":")
		s.Region, s.Account = parts[3], parts[4]
	}
	listed, err := c.ListShards(ctx)
	var failed *Error
	if errors.As(err, &failed) && failed.Problem != Denied {
		return Summary{}, err
	}
	s.Shards, s.CreatedAt = listed, createdBy(listed, c.Clock.NowAtMost())
	return s, nil
}

// createdBy is the latest time at which the stream of these shards can have been
// created: when the shards without parents opened, which are as old as the stream.
// Where all of those have expired, it is older than any retention period: zero.
func createdBy(listed shard.Lineage, now time.Time) (at time.Time) {
	if len(listed) == 0 {
		return now
	}
	for _, s := range listed {
		if len(s.Parents()) > 0 {
			continue
		}
		opened, told := s.OpenedAt()
		if !told {
			return now
		}
		if opened.After(at) {
			at = opened
		}
	}
	return at
}
