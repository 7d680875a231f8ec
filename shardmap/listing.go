package shardmap

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// listingBytesMax bounds a listing's file: 10,000 shards, more than AWS allows a
// stream, take 6 MB.
const listingBytesMax = 64 << 20

// Listing is what a file says of a stream's shards. The header knows no more than
// the name, unless describe-stream wrote the file.
type Listing struct {
	Header
	Shards shard.Lineage
}

// listingPage is what `aws kinesis list-shards` prints, or describe-stream.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html
type listingPage struct {
	Shards            []listedShard
	NextToken         string
	StreamDescription *struct {
		Shards                                  []listedShard
		HasMoreShards                           bool
		StreamARN, StreamStatus, EncryptionType string
		RetentionPeriodHours                    int
		StreamCreationTimestamp                 json.RawMessage
		StreamModeDetails                       struct{ StreamMode string }
	}
}

type listedShard struct {
	ShardID               string `json:"ShardId"`
	ParentShardID         string `json:"ParentShardId"`
	AdjacentParentShardID string `json:"AdjacentParentShardId"`
	HashKeyRange          struct{ StartingHashKey, EndingHashKey *shard.HashKey }
	SequenceNumberRange   struct {
		StartingSequenceNumber, EndingSequenceNumber record.SequenceNumber
	}
}

// ReadListing reads the JSON that `aws kinesis list-shards` prints, or
// describe-stream; several pages may follow each other. The stream has the name,
// or ARN, that the caller knows: a listing tells none.
func ReadListing(r io.Reader, name string) (Listing, error) {
	limited := &io.LimitedReader{R: r, N: listingBytesMax}
	text := bufio.NewReader(limited)
	l := Listing{Header: named(name)}
	if err := skipMark(text); err != nil {
		return l, err
	}
	from := json.NewDecoder(text)
	var shards []shard.Shard
	for first := true; ; first = false {
		var page listingPage
		err := from.Decode(&page)
		switch {
		case limited.N == 0:
			return l, fmt.Errorf("it is longer than %d MiB", listingBytesMax>>20)
		case errors.Is(err, io.EOF) && first:
			return l, errors.New("it is empty")
		case errors.Is(err, io.EOF):
			l.Shards = shard.NewLineage(shards)
			return l, nil
		case err != nil:
			return l, inOurWords(err)
		}
		listed, err := l.take(page)
		if err != nil {
			return l, err
		}
		shards = append(shards, listed...)
	}
}

// named is the header where a name, or an ARN, is all that is known.
func named(name string) Header {
	h := Header{Stream: Stream{Name: name}, Undescribed: true}
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 {
		h.Stream.ARN, h.Region, h.Account = name, parts[3], parts[4]
		h.Stream.Name = strings.TrimPrefix(parts[5], "stream/")
	}
	return h
}

// take takes a page's shards, and what else it tells.
func (l *Listing) take(page listingPage) ([]shard.Shard, error) {
	listed := page.Shards
	l.Partial = page.NextToken != ""
	if d := page.StreamDescription; d != nil {
		listed, l.Partial = d.Shards, d.HasMoreShards
		if l.Stream.ARN == "" && d.StreamARN != "" {
			name := l.Stream.Name
			l.Header = named(d.StreamARN)
			l.Stream.Name, l.Partial = name, d.HasMoreShards
		}
		l.Stream.Status, l.Stream.Mode, l.Stream.EncryptionType = d.StreamStatus, d.StreamModeDetails.StreamMode, d.EncryptionType
		l.Stream.RetentionHours, l.Stream.CreatedAt = d.RetentionPeriodHours, createdAt(d.StreamCreationTimestamp)
	}
	if listed == nil {
		return nil, errors.New("it is JSON without Shards")
	}
	var shards []shard.Shard
	for i, s := range listed {
		taken, err := s.shard()
		if err != nil {
			return nil, fmt.Errorf("shard %d of the list: %w", i+1, err)
		}
		shards = append(shards, taken)
	}
	return shards, nil
}

func (s listedShard) shard() (shard.Shard, error) {
	start, end := s.HashKeyRange.StartingHashKey, s.HashKeyRange.EndingHashKey
	switch {
	case s.ShardID == "":
		return shard.Shard{}, errors.New("it has no ShardId")
	case start == nil || end == nil:
		return shard.Shard{}, fmt.Errorf("%s has no HashKeyRange", s.ShardID)
	case end.Compare(*start) < 0:
		return shard.Shard{}, fmt.Errorf("%s has a HashKeyRange that ends before it starts", s.ShardID)
	}
	return shard.Shard{
		ID: s.ShardID, Parent: s.ParentShardID, AdjacentParent: s.AdjacentParentShardID, Range: shard.Range{Start: *start, End: *end},
		Starting: s.SequenceNumberRange.StartingSequenceNumber, Ending: s.SequenceNumberRange.EndingSequenceNumber,
	}, nil
}

// inOurWords says where JSON fails, without Go's names of types.
func inOurWords(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("it is not JSON: byte %d: %w", syntax.Offset, err)
	case errors.As(err, &kind):
		return fmt.Errorf("it is other JSON: %s at byte %d", strings.TrimSpace(kind.Value+" "+kind.Field), kind.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it is cut off in the middle of the JSON")
	}
	return err
}

// createdAt reads both of the AWS CLI's spellings, by cli_timestamp_format.
func createdAt(text json.RawMessage) *record.Timestamp {
	var spelled string
	var seconds float64
	if json.Unmarshal(text, &spelled) == nil {
		if at, err := time.Parse(time.RFC3339, spelled); err == nil {
			return &record.Timestamp{Time: at}
		}
	}
	if json.Unmarshal(text, &seconds) == nil && seconds > 0 {
		return &record.Timestamp{Time: time.UnixMilli(int64(seconds * 1000))}
	}
	return nil
}
