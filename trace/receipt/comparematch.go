package receipt

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// CompareMatch tells whether a record that was read again says what the receipt
// says of a match.
func CompareMatch(was, is Match) Finding {
	f := Finding{Check: OfRecord, Outcome: Refuted, ShardID: was.ShardID, SequenceNumber: was.SequenceNumber}
	arrived := is.ApproximateArrivalTimestamp.Truncate(time.Millisecond)
	switch {
	case was.SHA256 != is.SHA256:
		f.Text = fmt.Sprintf("the SHA-256 of its data is %s, and not %s", is.SHA256, was.SHA256)
	case !sameData(was, is):
		f.Text = "the data that the receipt holds of it is not what it holds"
	case !same(was.PartitionKey, is.PartitionKey):
		f.Text = "its partition key is another one"
	case !was.ApproximateArrivalTimestamp.Equal(arrived):
		f.Text = fmt.Sprintf("it arrived at %s, and not at %s", is.ApproximateArrivalTimestamp.Words(), was.ApproximateArrivalTimestamp.Words())
	case was.EncryptionType != is.EncryptionType:
		f.Text = fmt.Sprintf("its encryption is %q, and not %q", is.EncryptionType, was.EncryptionType)
	case was.Path != is.Path, was.Whole != is.Whole:
		f.Text = fmt.Sprintf("it holds the event at %q (whole: %t), and not at %q (whole: %t)", is.Path, is.Whole, was.Path, was.Whole)
	case !slices.Equal(was.Decoded, is.Decoded), was.DecodeError != is.DecodeError:
		f.Text = fmt.Sprintf("it is decoded as %s, and not as %s", list(is.Decoded), list(was.Decoded))
	case !same(was.Deliverable, is.Deliverable), was.DeliverableReason != is.DeliverableReason:
		f.Text = "what KCL consumers are given of it is not what the receipt says"
	default:
		f.Outcome, f.Text = Stands, "it is there, holds the event, and has the SHA-256 "+is.SHA256
	}
	return f
}

// sameData compares what a receipt keeps of the data; a match may lack its data, which
// is said.
func sameData(was, is Match) bool {
	if was.Data == nil && was.DataBase64 == nil {
		return true
	}
	a, errA := spell(was.Data)
	b, errB := spell(is.Data)
	return (errA == nil) == (errB == nil) && bytes.Equal(a, b) && bytes.Equal(was.DataBase64, is.DataBase64)
}

func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
