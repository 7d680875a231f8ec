package tail

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// nameOf is what the file calls a stream.
func nameOf(described stream.Summary) string {
	switch {
	case described.ARN != "":
		return described.ARN
	case described.Capture:
		return "capture " + described.Name
	}
	return described.Name
}

// sameName tells whether two names may be one stream's: an ARN holds the bare name.
func sameName(a, b string) bool {
	_, bareA, arnA := strings.Cut(a, ":stream/")
	_, bareB, arnB := strings.Cut(b, ":stream/")
	return a == b || arnA && bareA == b || arnB && bareB == a
}

// createdAt is nil where the description was denied, and holds but a bound.
func createdAt(described stream.Summary) *record.Timestamp {
	if described.Denied != nil || described.CreatedAt.IsZero() {
		return nil
	}
	return &record.Timestamp{Time: described.CreatedAt.Truncate(time.Millisecond)}
}

// sameStream returns why the stream of that name is another than the file's, or may
// be. Where either run was not told when it was created, its shards tell.
func (c *Checkpoint) sameStream(described stream.Summary, listed shard.Lineage) error {
	if created := createdAt(described); created != nil && c.CreatedAt != nil {
		if !created.Equal(c.CreatedAt.Time) {
			return fmt.Errorf("the stream was created anew since, at %s", created.Words())
		}
		return nil
	}
	same := false
	for _, m := range c.Shards {
		switch s, found := listed.Find(m.ShardID); {
		case !found || m.Starting == "":
		case s.Starting != m.Starting:
			return fmt.Errorf("the stream was created anew since: another shard is named %s now", m.ShardID)
		default:
			same = true
		}
	}
	if !same {
		return errors.New("the stream may have been created anew since: without its description, and as none of the shards is listed any more, nothing tells")
	}
	return nil
}

// identify keeps the most that any run was told of the stream, and of its shards.
func (m *marks) identify(described stream.Summary, last *Checkpoint) {
	m.head.Stream, m.head.CreatedAt = nameOf(described), createdAt(described)
	if last == nil {
		return
	}
	if described.ARN == "" {
		m.head.Stream = last.Stream
	}
	if m.head.CreatedAt == nil {
		m.head.CreatedAt = last.CreatedAt
	}
}
