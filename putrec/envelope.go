package putrec

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// envelope is a line of `tail --decode none -o json`: the keys of
// record.Envelope. Only the data and the partition key are put again.
type envelope struct {
	ShardID                     string         `json:"shardId"`
	SequenceNumber              string         `json:"sequenceNumber"`
	SubSequenceNumber           *int           `json:"subSequenceNumber"`
	PartitionKey                *string        `json:"partitionKey"`
	ApproximateArrivalTimestamp string         `json:"approximateArrivalTimestamp"`
	EncryptionType              string         `json:"encryptionType"`
	Data                        jsontext.Value `json:"data"`
	DataBase64                  *string        `json:"dataBase64"`
	Decoded                     []string       `json:"decoded"`
	// DecodeError also comes of --decode none: on an aggregate left closed.
	DecodeError string `json:"decodeError"`
}

// EnvelopeError refuses what is no envelope, or one that does not hold the bytes
// that were put.
type EnvelopeError struct{ why string }

func (e *EnvelopeError) Error() string { return e.why }

func noEnvelope(why string) error { return &EnvelopeError{"not an envelope: " + why} }

func decoded(why string) error {
	return &EnvelopeError{why + ", so that the bytes that were put are not known"}
}

// openEnvelope returns the record in an envelope, its key nil where there is none,
// and not looked at. It is strict, since a slip would put other bytes than those that were
// copied: no unknown key, none twice, no text that is not UTF-8.
func openEnvelope(text []byte) (data []byte, key *string, err error) {
	var e envelope
	if err := json.Unmarshal(text, &e, json.RejectUnknownMembers(true)); err != nil {
		return nil, nil, noEnvelope(notJSON(err))
	}
	switch {
	case len(e.Decoded) > 0:
		return nil, nil, decoded("the envelope was decoded (" + strings.Join(e.Decoded, ", ") + ")")
	case e.SubSequenceNumber != nil:
		return nil, nil, decoded("the envelope is of a user record that was taken out of an aggregate")
	case e.Data != nil && e.DataBase64 != nil:
		return nil, nil, noEnvelope("both data and dataBase64 are there")
	case e.DataBase64 != nil:
		data, err = unbase64(*e.DataBase64)
	case e.Data == nil:
		return nil, nil, noEnvelope("neither data nor dataBase64 is there")
	case e.Data.Kind() != jsontext.KindString:
		return nil, nil, decoded("the envelope's data is no string")
	default:
		data, err = jsontext.AppendUnquote(nil, e.Data)
	}
	return data, e.PartitionKey, err
}
