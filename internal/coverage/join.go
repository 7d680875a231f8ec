package coverage

import (
	"slices"
	"strings"
	"time"

	"kinspect/internal/record"
)

// Join adds the coverage of other shards, read in another scan. Whether the two are
// complete is for Within to say.
func (c *Coverage) Join(o Coverage) {
	c.Records += o.Records
	c.UserRecords += o.UserRecords
	c.Bytes += o.Bytes
	c.Opaque += o.Opaque
	c.Broken += o.Broken
	if o.OldestRecordAt != nil {
		c.oldest(o.OldestRecordAt.Time)
	}
	if o.From != nil && (c.From == nil || o.From.After(c.From.Time)) {
		c.From = o.From
	}
	c.Shards = append(c.Shards, o.Shards...)
}

// Within narrows the coverage down to a window that lies within each one for which a
// shard was read; a zero from leaves the beginnings as they are. What proves that a shard
// was read to the end of a window proves it for an earlier end too.
func (c *Coverage) Within(from, until time.Time) {
	c.Complete = true
	for i := range c.Shards {
		a := &c.Shards[i]
		if a.From == nil || a.From.Before(from) {
			a.From = stamp(from)
		}
		if a.Proof != nil {
			a.Until = &record.Timestamp{Time: until}
		}
		c.Complete = c.Complete && a.Proof != nil && len(a.Gaps) == 0
	}
	slices.SortFunc(c.Shards, func(a, b Account) int { return strings.Compare(a.ShardID, b.ShardID) })
}
