package wire

// member is a name that an answer, or a part of it, gives a value.
type member uint8

const (
	memberNone member = iota // the object ends here
	memberOther
	memberApproximateArrivalTimestamp
	memberChildShards
	memberContinuationSequenceNumber
	memberData
	memberEncryptionType
	memberEndingHashKey
	memberHashKeyRange
	memberMillisBehindLatest
	memberNextShardIterator
	memberParentShards
	memberPartitionKey
	memberRecords
	memberSequenceNumber
	memberShardID
	memberStartingHashKey
	members // is how many there are
)

func memberOf(name []byte) member {
	switch string(name) {
	case "ApproximateArrivalTimestamp":
		return memberApproximateArrivalTimestamp
	case "ChildShards":
		return memberChildShards
	case "ContinuationSequenceNumber":
		return memberContinuationSequenceNumber
	case "Data":
		return memberData
	case "EncryptionType":
		return memberEncryptionType
	case "EndingHashKey":
		return memberEndingHashKey
	case "HashKeyRange":
		return memberHashKeyRange
	case "MillisBehindLatest":
		return memberMillisBehindLatest
	case "NextShardIterator":
		return memberNextShardIterator
	case "ParentShards":
		return memberParentShards
	case "PartitionKey":
		return memberPartitionKey
	case "Records":
		return memberRecords
	case "SequenceNumber":
		return memberSequenceNumber
	case "ShardId":
		return memberShardID
	case "StartingHashKey":
		return memberStartingHashKey
	}
	return memberOther
}

// names are the members as an answer spells them that has no spaces.
var names = [members]string{
	memberOther:                       "",
	memberApproximateArrivalTimestamp: `"ApproximateArrivalTimestamp":`,
	memberChildShards:                 `"ChildShards":`,
	memberContinuationSequenceNumber:  `"ContinuationSequenceNumber":`,
	memberData:                        `"Data":`,
	memberEncryptionType:              `"EncryptionType":`,
	memberEndingHashKey:               `"EndingHashKey":`,
	memberHashKeyRange:                `"HashKeyRange":`,
	memberMillisBehindLatest:          `"MillisBehindLatest":`,
	memberNextShardIterator:           `"NextShardIterator":`,
	memberParentShards:                `"ParentShards":`,
	memberPartitionKey:                `"PartitionKey":`,
	memberRecords:                     `"Records":`,
	memberSequenceNumber:              `"SequenceNumber":`,
	memberShardID:                     `"ShardId":`,
	memberStartingHashKey:             `"StartingHashKey":`,
}

// member moves to the next value of the object that stands here, behind that of the last
// member, or behind the object's end. Values that are null are passed over, as if they
// were not there.
func (s *scanner) member(last member) member {
	if last == memberNone && !s.enter('{') {
		return memberNone
	}
	for first := last == memberNone; ; first = false {
		if s.peek() == '}' {
			s.leave()
			return memberNone
		}
		if !first && !s.take(',') {
			return memberNone
		}
		last = s.name(last)
		if s.err != nil {
			return memberNone
		}
		if !s.null() {
			return last
		}
	}
}

// name passes the name of a member and its colon. It looks first for the one that
// followed the last member before: records are mostly spelled alike.
func (s *scanner) name(last member) member {
	likely := s.follows[last]
	if spelled := names[likely]; spelled != "" && s.end-s.at >= len(spelled) && string(s.window[s.at:s.at+len(spelled)]) == spelled {
		s.at += len(spelled)
		return likely
	}
	raw, escaped := s.text()
	if escaped {
		raw = []byte(s.unescaped(raw))
	}
	name := memberOf(raw)
	s.take(':')
	s.follows[last] = name
	return name
}

// element moves to the next value of the list that stands here, or behind its end.
func (s *scanner) element(first bool) bool {
	if first && !s.enter('[') {
		return false
	}
	if s.peek() == ']' {
		s.leave()
		return false
	}
	return first || s.take(',')
}
