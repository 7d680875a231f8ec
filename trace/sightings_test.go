package trace

import (
	"reflect"
	"testing"
	"time"

	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// What is kept of a match is all of it, but for the text that it stands in.
func TestSightings(t *testing.T) {
	yes, no, key, empty, sub := true, false, "user-88", "", 4
	at := record.Timestamp{Time: time.Date(2026, 11, 23, 10, 15, 2, 117e6, time.UTC)}
	sum := "6d9de4eb8a1add9176dbe0dcb747a498c558b249e5c074c91468727ce492c5d5"
	all := []receipt.Match{
		{Meta: record.Meta{ShardID: "shardId-000000000001", SequenceNumber: "4967", PartitionKey: &key, ApproximateArrivalTimestamp: at, EncryptionType: "KMS"}, SHA256: sum, Deliverable: &yes, Whole: true, Path: ".id", Decoded: []string{"kpl", "gzip", "json"}},
		{Meta: record.Meta{ShardID: "shardId-000000000001", SequenceNumber: "4967", SubSequenceNumber: &sub, PartitionKey: &empty, ApproximateArrivalTimestamp: at}, SHA256: sum, Deliverable: &no, DeliverableReason: "it hashes elsewhere"},
		{Meta: record.Meta{ShardID: "a", SequenceNumber: "1", ApproximateArrivalTimestamp: record.Timestamp{Time: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}}, SHA256: sum, DecodeError: "broken"},
	}
	var s sightings
	for i, m := range all {
		at := s.add(m)
		if got := s.list(row{copies: 1, first: at, last: at}); !reflect.DeepEqual(got, []receipt.Match{m}) {
			t.Errorf("match %d: got %+v, put %+v", i, got, m)
		}
	}
}
