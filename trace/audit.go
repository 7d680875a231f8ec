package trace

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kinspect/internal/notice"
	"kinspect/internal/position"
	"kinspect/internal/reader"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// audit asks, after the reading, whether the stream is still the one that was
// read and whether the shards listed can be all of it.
func (s *search) audit(ctx context.Context, listed, last shard.Lineage) []notice.Notice {
	var reasons []notice.Notice
	if err := s.complete(listed, last); err != nil {
		reasons = append(reasons, notice.Notice{Code: notice.Listing, Text: "the listing of shards is not complete: " + err.Error()})
	}
	if s.before.Denied != nil {
		return append(reasons, s.replaced(ctx)...)
	}
	after, err := s.client.Describe(ctx)
	if err == nil && after.Denied != nil {
		err = after.Denied
	}
	if err != nil {
		return append(reasons, failed("the stream could not be described again at the end", err))
	}
	return append(reasons, s.changes(after)...)
}

// replaced asks the shards, where the stream cannot be described, whether it is
// another one by now. One that was open may also have been resharded and expired.
func (s *search) replaced(ctx context.Context) []notice.Notice {
	now, err := s.client.ListShards(ctx)
	switch {
	case err != nil:
		return []notice.Notice{failed("the shards could not be listed again at the end", err)}
	case !s.before.Shards.Lasts(now):
		return []notice.Notice{{
			Code: notice.Recreated,
			Text: "the stream may have been deleted and created anew during the scan: not all shards that were open are still the same",
		}}
	}
	return nil
}

// failed names what a call that failed leaves open.
func failed(what string, err error) notice.Notice {
	code, cause := notice.Listing, err.Error()
	var failure *stream.Error
	if errors.As(err, &failure) {
		code, cause = reader.Code(failure.Problem), failure.Reason()
	}
	return notice.Notice{Code: code, Text: what + ": " + cause}
}

// complete returns why the two listings together may lack a shard. Those that are
// open stand in the last one; a parent that has expired since, in the first.
func (s *search) complete(listed, last shard.Lineage) error {
	if err := last.OpenCover(); err != nil {
		return err
	}
	return shard.NewLineage(slices.Concat(listed, last)).Complete(s.ledger.From())
}

// changes names what happened to the stream while it was read.
func (s *search) changes(after stream.Summary) []notice.Notice {
	var reasons []notice.Notice
	if !after.CreatedAt.Equal(s.before.CreatedAt) || after.ARN != s.before.ARN {
		reasons = append(reasons, notice.Notice{Code: notice.Recreated, Text: "the stream was deleted and created anew during the scan"})
	}
	if s.Narrow && after.DistributesItself() {
		reasons = append(reasons, notice.Notice{Code: notice.Narrowed, Text: "the stream turned to distributing records by itself, so that a partition key names no shard"})
	}
	if after.Retention < s.before.Retention {
		reasons = append(reasons, notice.Notice{
			Code: notice.RetentionChanged,
			Text: fmt.Sprintf("the retention period changed from %s to %s during the scan", position.Spell(s.before.Retention), position.Spell(after.Retention)),
		})
	}
	return reasons
}
