// Package metric is what CloudWatch counts of a stream, period by period, and what that
// tells of an event that was not seen: how many records came in, against those that were
// read, and how many the stream refused. It is pure: CloudWatch is asked elsewhere.
package metric

import (
	"encoding/json"
	"math"

	"kinspect/internal/record"
)

// Names are the metrics that are asked for, each of which is a sum over records.
//
// https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
var Names = []string{Incoming, FullShard, throttled, failed}

// The metrics by their names. Incoming counts records that were put, as Kinesis keeps
// them: an aggregate of the KPL is one. FullShard counts those that PutRecord and
// PutRecords refused, throttled those of them that PutRecords did.
const (
	Incoming  = "IncomingRecords"
	FullShard = "WriteProvisionedThroughputExceeded"
	throttled = "PutRecords.ThrottledRecords"
	failed    = "PutRecords.FailedRecords"
)

// Metrics are what CloudWatch counted in a window, as a receipt keeps it; with
// NotChecked, nothing.
type Metrics struct {
	// From and Until are the beginning of the first period, and the end of the last.
	From          record.Timestamp `json:"from,omitzero"`
	Until         record.Timestamp `json:"until,omitzero"`
	PeriodSeconds int              `json:"periodSeconds,omitempty"`
	Series        []Series         `json:"series,omitempty"`
	// Read is how many records were read, by their arrival; absent where that cannot be
	// compared with what came in.
	Read []Sum `json:"read,omitempty"`
	// Tells are sentences: what the metrics support, and what not.
	Tells []string `json:"tells,omitempty"`
	// NotChecked says why CloudWatch was not asked, or told nothing.
	NotChecked string `json:"notChecked,omitempty"`
}

// Series is a metric, period by period.
type Series struct {
	Metric string `json:"metric"`
	Sums   []Sum  `json:"sums"`
}

// Sum is a period's, in records. A period without a datapoint is Unknown, which is null
// in JSON: it is not zero.
type Sum int64

// Unknown is the sum of a period that has no datapoint.
const Unknown Sum = -1

// sumMax bounds a sum: 20,000 shards take 7.2e10 records in an hour.
const sumMax = 1e12

// SumOf is a datapoint's value; one that can be no number of records is Unknown.
func SumOf(value float64) Sum {
	if !(value >= 0 && value <= sumMax) { // nor is NaN
		return Unknown
	}
	return Sum(math.Round(value))
}

// MarshalJSON writes a number, or null.
func (s Sum) MarshalJSON() ([]byte, error) {
	if s < 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(s))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Sum) UnmarshalJSON(text []byte) error {
	var n *int64
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	*s = Unknown
	if n != nil {
		*s = SumOf(float64(*n))
	}
	return nil
}

// add joins two periods: what is known of them.
func (s Sum) add(o Sum) Sum {
	switch {
	case s < 0:
		return o
	case o < 0:
		return s
	}
	return s + o
}

// total is the sum of all periods, and how many of them have a datapoint.
func total(sums []Sum) (records Sum, known int) {
	for _, s := range sums {
		if s >= 0 {
			records, known = records+s, known+1
		}
	}
	return records, known
}

// most is the period with the largest sum, the first of several.
func most(sums []Sum) (at int) {
	for i, s := range sums {
		if s > sums[at] {
			at = i
		}
	}
	return at
}
