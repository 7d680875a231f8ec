package putrec

import (
	"fmt"

	"kinspect/internal/term"
)

// Checked is what would be put for a line.
type Checked struct {
	// Line counts from 1.
	Line int `json:"line"`
	// Bytes is the data and partition key.
	Bytes int `json:"bytes"`
	// PartitionKey is empty where it would be a random one, or none.
	PartitionKey string `json:"partitionKey,omitempty"`
	// ShardID is the shard that takes it as the stream is now; empty where a random
	// key, or the stream itself, decides.
	ShardID string `json:"shardId,omitempty"`
}

// checked says what would be put, and puts nothing.
func (r *run) checked(s *source) {
	c := Checked{Line: s.number, Bytes: s.bytes(), PartitionKey: s.key, ShardID: r.routes.shard(s)}
	if s.random {
		c.PartitionKey = ""
		if s.explicitKey == "" {
			c.ShardID = ""
		}
	}
	r.result.Put++
	r.result.Bytes += int64(s.bytes())
	if err := term.WriteJSON(r.options.Receipts, c, ""); err != nil && r.stop == nil {
		r.stop = fmt.Errorf("writing what would be put for line %d: %w", s.number, err)
	}
}
