package putrec

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/jq"
)

const (
	// partitionKeyMax is in characters.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsRequestEntry.html
	partitionKeyMax = 256
	// randomKeyBytes spread records evenly. Each is two characters of a key, which
	// count against the record's size.
	randomKeyBytes = 8
)

// checkKey refuses a partition key that no stream takes.
func checkKey(key string) error {
	switch n := utf8.RuneCountInString(key); {
	case n == 0:
		return errors.New("the partition key is empty")
	case !utf8.ValidString(key):
		return fmt.Errorf("the partition key %q is not UTF-8", key)
	case n > partitionKeyMax:
		return fmt.Errorf("the partition key has %d characters, and at most %d are allowed", n, partitionKeyMax)
	}
	return nil
}

// key is the partition key of a record that came with one of its own, or with
// nil; empty is none, which an AUTO stream takes.
func (f form) key(own *string, data []byte) (key string, random bool, err error) {
	switch {
	case f.keyOf != nil:
		key, err = keyByJQ(f.keyOf, data)
		return key, false, err
	case f.partitionKey != "":
		return f.partitionKey, false, nil
	case own != nil:
		return *own, false, checkKey(*own)
	case f.keyless:
		return "", false, nil
	}
	return randomKey(), true, nil
}

func randomKey() string {
	var random [randomKeyBytes]byte
	_, _ = rand.Read(random[:]) // it never fails; it crashes the program instead
	return hex.EncodeToString(random[:])
}

// keyByJQ is what the program makes of a record: one string, or a number as it is
// spelled.
func keyByJQ(program *jq.Program, data []byte) (string, error) {
	value, err := jq.Parse(data)
	switch {
	case errors.As(err, new(*jsontext.SyntacticError)):
		return "", fmt.Errorf("no partition key by jq: the record is %s", notJSON(err))
	case err != nil:
		return "", fmt.Errorf("no partition key by jq: %w", err)
	}
	outputs, err := program.Run(context.Background(), value, nil)
	switch {
	case err != nil:
		return "", fmt.Errorf("no partition key by jq: %w", err)
	case len(outputs) != 1:
		return "", fmt.Errorf("no partition key by jq: it gave %d outputs, and a record has one key", len(outputs))
	}
	key, err := keyText(outputs[0])
	if err != nil {
		return "", err
	}
	return key, checkKey(key)
}

func keyText(output any) (string, error) {
	if text, ok := output.(string); ok {
		return text, nil
	}
	text := jq.Encode(output)
	if json.Unmarshal(text, new(json.Number)) == nil && string(text) != "null" && text[0] != '"' {
		return string(text), nil
	}
	const shown = 40
	if len(text) > shown {
		text = append(text[:shown:shown], "…"...)
	}
	return "", fmt.Errorf("no partition key by jq: %s is neither a string nor a number", text)
}
