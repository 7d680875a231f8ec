package match

import (
	"kinspect/internal/jq"
	"kinspect/internal/record"
)

// PartitionKey accepts user records whose own partition key is key. A user
// record without one has no key, not even the empty.
func PartitionKey(key string) Matcher { return partitionKey(key) }

// PartitionKeys accepts user records whose own partition key is any of keys.
func PartitionKeys(keys ...string) Matcher { return partitionKeys(keys) }

type partitionKeys []string

func (keys partitionKeys) Match(s Subject) (Hit, bool, error) {
	for _, key := range keys {
		if hit, ok, err := partitionKey(key).Match(s); ok {
			return hit, ok, err
		}
	}
	return Hit{}, false, nil
}

type partitionKey string

func (key partitionKey) Match(s Subject) (Hit, bool, error) {
	if s.User.UserKey == nil || *s.User.UserKey != string(key) {
		return Hit{}, false, nil
	}
	return Hit{Path: partitionKeyPath, Whole: true, Value: string(key)}, true, nil
}

// MetaFor is what a program is given as $meta for a user record; nil if it does not
// look.
func MetaFor(p *jq.Program, user record.UserRecord) map[string]any {
	if !p.UsesMeta() {
		return nil
	}
	return MetaMap(user.Meta())
}

// MetaMap is what a jq program sees as $meta: the keys and values of m's JSON,
// in the types that package jq takes.
func MetaMap(m record.Meta) map[string]any {
	meta := map[string]any{
		"shardId":                     m.ShardID,
		"sequenceNumber":              string(m.SequenceNumber),
		"approximateArrivalTimestamp": m.ApproximateArrivalTimestamp.String(),
	}
	if m.SubSequenceNumber != nil {
		meta["subSequenceNumber"] = *m.SubSequenceNumber
	}
	if m.PartitionKey != nil {
		meta["partitionKey"] = *m.PartitionKey
	}
	if m.EncryptionType != "" {
		meta["encryptionType"] = m.EncryptionType
	}
	return meta
}
