package record

import (
	"encoding/json"
	"strings"
	"time"
)

// timestampLayout is RFC 3339 in UTC with milliseconds, the precision of
// approximate arrival timestamps.
const timestampLayout = "2006-01-02T15:04:05.000Z"

// Timestamp is a time that JSON spells in RFC 3339, UTC, with milliseconds.
type Timestamp struct{ time.Time }

// MarshalText writes the time in UTC with milliseconds.
func (t Timestamp) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// MarshalJSON shadows the embedded time's, whose precision varies.
func (t Timestamp) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalJSON reads any RFC 3339 time.
func (t *Timestamp) UnmarshalJSON(text []byte) error { return t.Time.UnmarshalJSON(text) }

// String is the form that JSON carries.
func (t Timestamp) String() string { return t.UTC().Format(timestampLayout) }

// Words is the form for people: a space for the T.
func (t Timestamp) Words() string { return strings.Replace(t.String(), "T", " ", 1) }

// WordsIn is Words in a zone: UTC as everywhere, any other with its offset.
func (t Timestamp) WordsIn(zone *time.Location) string {
	if zone == time.UTC {
		return t.Words()
	}
	return t.In(zone).Format("2006-01-02 15:04:05.000-07:00")
}

// Meta says which user record this is, without its data: the envelope's first
// keys, and jq's $meta.
type Meta struct {
	ShardID        string         `json:"shardId"`
	SequenceNumber SequenceNumber `json:"sequenceNumber"`
	// SubSequenceNumber is absent for a record that is no aggregate.
	SubSequenceNumber *int `json:"subSequenceNumber,omitempty"`
	// PartitionKey is the user record's own; absent where the producer gave none.
	PartitionKey                *string   `json:"partitionKey,omitempty"`
	ApproximateArrivalTimestamp Timestamp `json:"approximateArrivalTimestamp"`
	EncryptionType              string    `json:"encryptionType,omitempty"`
}

// Envelope is a user record as one JSON object, the line of `-o json`. It has
// Data when that is JSON or text, DataBase64 when it is neither.
type Envelope struct {
	Meta
	Data       json.RawMessage `json:"data,omitempty"`
	DataBase64 []byte          `json:"dataBase64,omitempty"`
	// Decoded lists the layers peeled, outermost first.
	Decoded     []string `json:"decoded,omitempty"`
	DecodeError string   `json:"decodeError,omitempty"`
}

// Meta returns what identifies the user record.
func (u UserRecord) Meta() Meta {
	m := Meta{
		ShardID:                     u.ShardID,
		SequenceNumber:              u.SequenceNumber,
		PartitionKey:                u.UserKey,
		ApproximateArrivalTimestamp: Timestamp{u.ArrivedAt},
		EncryptionType:              u.EncryptionType,
	}
	if u.Aggregated {
		m.SubSequenceNumber = &u.SubSequenceNumber
	}
	return m
}
