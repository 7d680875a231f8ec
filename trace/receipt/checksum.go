package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrNoChecksum is a receipt that nothing tells of whether it was changed.
var ErrNoChecksum = errors.New("it has no checksum")

// ErrChanged is a receipt that is not as it was written.
var ErrChanged = errors.New("it was changed since it was written: its checksum is that of another text")

// Intact returns why the JSON of a receipt is not known to say what was written,
// however it was laid out since. A checksum shows a slip of the hand; whoever means
// to deceive computes another.
func Intact(text []byte) error {
	var stated struct {
		Checksum string `json:"checksum"`
	}
	if err := json.Unmarshal(text, &stated); err != nil {
		return err
	}
	computed, err := checksum(text)
	switch {
	case err != nil:
		return err
	case stated.Checksum == "":
		return ErrNoChecksum
	case stated.Checksum != computed:
		return ErrChanged
	}
	return nil
}

// canonical is RFC 8785, but for numbers: those of a record's data may have more
// digits than a double, and data may give a name twice.
var canonical = []jsontext.Options{
	jsontext.CanonicalizeRawInts(false), jsontext.CanonicalizeRawFloats(false), jsontext.AllowDuplicateNames(true),
}

// sum is the SHA-256 of a receipt's keys but its checksum and events, and behind
// them of each event, in canonical spelling.
type sum struct{ hash.Hash }

func newSum() *sum { return &sum{sha256.New()} }

func (s *sum) add(text []byte) error {
	spelled, err := spell(text)
	if err != nil {
		return fmt.Errorf("spelling it in the one way: %w", err)
	}
	_, _ = s.Write(spelled) // a hash takes everything
	return nil
}

// spell is JSON in the one spelling.
func spell(text []byte) (jsontext.Value, error) {
	spelled := jsontext.Value(bytes.Clone(text))
	err := spelled.Canonicalize(canonical...)
	return spelled, err
}

// String is in hex.
func (s *sum) String() string { return hex.EncodeToString(s.Sum(nil)) }

// checksum is what Write wrote for a receipt's JSON.
func checksum(text []byte) (string, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return "", err
	}
	var events []json.RawMessage
	if list, given := keys["events"]; given {
		if err := json.Unmarshal(list, &events); err != nil {
			return "", err
		}
	}
	delete(keys, "checksum")
	delete(keys, "events")
	rest, err := json.Marshal(keys)
	if err != nil {
		return "", err
	}
	sum := newSum()
	if err := sum.add(rest); err != nil {
		return "", err
	}
	for _, event := range events {
		if err := sum.add(event); err != nil {
			return "", err
		}
	}
	return sum.String(), nil
}
