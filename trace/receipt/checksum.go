package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

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

// checksum is the SHA-256, in hex, of all keys but its own.
func checksum(text []byte) (string, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return "", err
	}
	delete(keys, "checksum")
	rest, err := json.Marshal(keys)
	if err != nil {
		return "", err
	}
	plain := jsontext.Value(rest)
	if err := plain.Canonicalize(canonical...); err != nil {
		return "", fmt.Errorf("spelling it in the one way: %w", err)
	}
	sum := sha256.Sum256(plain)
	return hex.EncodeToString(sum[:]), nil
}

// sealed is the receipt with its checksum.
func (r Receipt) sealed() (Receipt, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	if err := encoder.Encode(r); err != nil {
		return r, err
	}
	sum, err := checksum(text.Bytes())
	r.Checksum = sum
	return r, err
}
