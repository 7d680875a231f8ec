package trace

import (
	"kinspect/internal/kpl"
	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// deliverable applies the rule by which the KCL drops an aggregate whole: one
// of its user records hashes outside the shard.
func (s *search) deliverable(user record.UserRecord) bool {
	if !user.Aggregated {
		return true
	}
	s.mu.Lock()
	owned := s.ranges[user.ShardID]
	s.mu.Unlock()
	siblings, err := kpl.Deaggregate(user.Record)
	for _, sibling := range siblings {
		hash, parsed := effectiveHash(sibling)
		if err != nil || parsed != nil || !owned.Contains(hash) {
			return false
		}
	}
	return true
}

// effectiveHash is where a user record of an aggregate belongs.
func effectiveHash(user record.UserRecord) (shard.HashKey, error) {
	if user.ExplicitHashKey != nil {
		return shard.ParseHashKey(*user.ExplicitHashKey)
	}
	if user.UserKey == nil {
		return shard.HashKey{}, nil
	}
	return shard.HashOf(*user.UserKey), nil
}
