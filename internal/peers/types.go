package peers

// A Record is what a producer puts.
type Record struct {
	Data            []byte `json:"dataBase64"`
	PartitionKey    string `json:"partitionKey"`
	ExplicitHashKey string `json:"explicitHashKey,omitempty"`
}

// A Receipt says where a record went.
type Receipt struct {
	ShardID        string `json:"shardId"`
	SequenceNumber string `json:"sequenceNumber"`
}

// A Push is what a consumer was pushed of a shard.
type Push struct {
	// Consumers is how many the stream had then.
	Consumers int      `json:"consumers"`
	Records   []Record `json:"records"`
	// ContinuationSequenceNumber is that of the last event; none at the end of the shard,
	// where its ChildShards are named.
	ContinuationSequenceNumber string   `json:"continuationSequenceNumber"`
	ChildShards                []string `json:"childShards"`
}

// A Shard is a shard as the endpoint lists it. Ids of parents that it has not are
// empty, as is the ending sequence number of an open shard.
//
// On KinesisLocal the EndingSequenceNumber of every closed shard is 2^63-1, less
// than its StartingSequenceNumber: that it is there means closed, and no more. The
// child of a merge has its first parent's StartingSequenceNumber there, which says
// nothing of when the child opened.
type Shard struct {
	ShardID                string `json:"shardId"`
	ParentShardID          string `json:"parentShardId"`
	AdjacentParentShardID  string `json:"adjacentParentShardId"`
	StartingHashKey        string `json:"startingHashKey"`
	EndingHashKey          string `json:"endingHashKey"`
	StartingSequenceNumber string `json:"startingSequenceNumber"`
	EndingSequenceNumber   string `json:"endingSequenceNumber"`
}

// Open tells whether the shard takes writes.
func (s Shard) Open() bool { return s.EndingSequenceNumber == "" }
