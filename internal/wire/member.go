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

// member moves to the next value of the object that stands here, or behind its end.
// Values that are null are passed over, as if they were not there.
func (s *scanner) member(first bool) member {
	if first && !s.enter('{') {
		return memberNone
	}
	for ; ; first = false {
		if s.peek() == '}' {
			s.leave()
			return memberNone
		}
		if !first && !s.take(',') {
			return memberNone
		}
		name := s.name()
		if !s.take(':') {
			return memberNone
		}
		if !s.null() {
			return name
		}
	}
}

func (s *scanner) name() member {
	raw, escaped := s.text()
	if escaped {
		raw = []byte(s.unescaped(raw))
	}
	return memberOf(raw)
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
