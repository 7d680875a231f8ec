package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/trace/receipt"
)

// eventFlags says what trace looks for.
type eventFlags struct {
	event                                    receipt.Event
	partitionKey, sequenceNumber, like, data string
	many                                     manyFlags
	// lineFeed tells that the data ends in one, which an editor may have added.
	lineFeed bool
}

func (f *eventFlags) bind(b *pflag.FlagSet) {
	b.BoolVar(&f.event.Contains, "contains", false, "seek EVENT within longer words too")
	b.BoolVar(&f.event.Exact, "exact", false, "seek EVENT as an entire value only: a partition key, a JSON string, number or name, or all of a text")
	b.BoolVarP(&f.event.IgnoreCase, "ignore-case", "i", false, "let EVENT and --regexp ignore case")
	bindOnce(b, &f.event.Regexp, "regexp", "a regular `expression` (RE2) that matches in the partition key, the bytes of a layer, or a JSON string, number or name")
	bindOnce(b, &f.like, "like", "a JSON `object`, or @FILE, each field of which stands in the record with the same value")
	bindOnce(b, &f.event.JQ, "jq", "a jq `expression` that must give an output other than false and null; $meta is the envelope")
	bindOnce(b, &f.data, "data", "a `file` that is the record's data, before or after decoding, byte for byte")
	bindOnce(b, &f.event.SHA256, "sha256", "the SHA-256, in `hex`, of the record's data before or after decoding")
	bindOnce(b, &f.partitionKey, "partition-key", "the record's partition `key`")
	f.many.bind(b)
	bindOnce(b, &f.sequenceNumber, "sequence-number", "the record's sequence `number`, with :N behind it for user record N of an aggregate")
}

// read completes the event by what flags name in other ways than they keep it.
func (f *eventFlags) read(operands []string, keyed bool) (err error) {
	if len(operands) > 0 {
		f.event.Text = strings.TrimSpace(operands[0]) // a paste brings blanks along
	}
	if keyed {
		f.event.PartitionKey = &f.partitionKey
	}
	f.event.SequenceNumber = record.SequenceNumber(f.sequenceNumber)
	if f.event.SHA256, err = readSHA256(f.event.SHA256); err != nil {
		return err
	}
	if f.event.Like, err = readLike(f.like); err != nil {
		return err
	}
	return f.readData()
}

func readSHA256(given string) (string, error) {
	if sum, err := hex.DecodeString(given); given != "" && (err != nil || len(sum) != sha256.Size) {
		return "", &usageError{err: fmt.Errorf("--sha256 %q is not 64 hex digits", given)}
	}
	return strings.ToLower(given), nil
}

// readLike makes one line of a JSON text, or of a file behind an @; no digit of
// a number is lost.
func readLike(given string) (string, error) {
	text := []byte(given)
	if file, ok := strings.CutPrefix(given, "@"); ok {
		read, err := os.ReadFile(file)
		if err != nil {
			return "", &usageError{err: fmt.Errorf("reading --like: %w", err)}
		}
		text = bytes.TrimPrefix(read, []byte("\uFEFF"))
		if len(bytes.TrimSpace(text)) == 0 {
			return "", &usageError{err: fmt.Errorf("reading --like: %s is empty", file)}
		}
	}
	if len(text) == 0 {
		return "", nil
	}
	var line bytes.Buffer
	if err := json.Compact(&line, text); err != nil {
		return "", &usageError{err: fmt.Errorf("reading --like: %w", err), hint: likeHint}
	}
	return line.String(), nil
}

const likeHint = `--like takes a JSON object, such as '{"orderId":"ord-7"}', or @FILE`

// readData keeps of a file what tells its bytes from all others.
func (f *eventFlags) readData() error {
	if f.data == "" {
		return nil
	}
	data, err := os.ReadFile(f.data)
	if err != nil {
		return &usageError{err: fmt.Errorf("reading --data: %w", err)}
	}
	sum := sha256.Sum256(data)
	f.event.Data = &receipt.Data{Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	f.lineFeed = bytes.HasSuffix(data, []byte("\n"))
	return nil
}

// contentOf makes matchers of what the record's data and key must hold, the cheap
// ones first. Texted: EVENT was given, be it empty.
func contentOf(e receipt.Event, texted bool) (all []match.Matcher, err error) {
	add := func(given bool, makeMatcher func() (match.Matcher, error)) {
		if !given || err != nil {
			return
		}
		var m match.Matcher
		if m, err = makeMatcher(); err == nil {
			all = append(all, m)
		}
	}
	err = checkText(e, texted)
	add(texted || e.Text != "", func() (match.Matcher, error) { return textOf(e) })
	add(e.SHA256 != "", func() (match.Matcher, error) { return dataOf(e.SHA256, -1) })
	if e.Data != nil {
		add(true, func() (match.Matcher, error) { return dataOf(e.Data.SHA256, e.Data.Bytes) })
	}
	add(e.Like != "", func() (match.Matcher, error) { return likeOf(e.Like) })
	add(e.Regexp != "", func() (match.Matcher, error) { return regexpOf(e.Regexp, e.IgnoreCase) })
	add(e.JQ != "", func() (match.Matcher, error) {
		program, err := jq.Compile(e.JQ)
		if err != nil {
			return nil, err
		}
		return match.JQ(program), nil
	})
	return all, err
}

// checkText refuses what says how to seek a text where none is sought.
func checkText(e receipt.Event, texted bool) error {
	texted = texted || e.Text != ""
	switch {
	case e.Contains && e.Exact:
		return &usageError{err: errors.New("--contains and --exact exclude each other")}
	case (e.Contains || e.Exact) && !texted:
		return &usageError{err: errors.New("--contains and --exact say how EVENT is sought, and there is none")}
	case e.IgnoreCase && !texted && e.Regexp == "":
		return &usageError{err: errors.New("--ignore-case is for EVENT and --regexp, and neither is given")}
	}
	return nil
}

func textOf(e receipt.Event) (match.Matcher, error) {
	bound := match.Word
	switch {
	case e.Contains:
		bound = match.Anywhere
	case e.Exact:
		bound = match.Entire
	}
	m, err := match.Text(e.Text, bound, e.IgnoreCase)
	if err != nil {
		return nil, &usageError{err: err}
	}
	return m, nil
}

func regexpOf(expr string, ignoreCase bool) (match.Matcher, error) {
	m, err := match.Regexp(expr, ignoreCase)
	if err != nil {
		return nil, &usageError{err: err}
	}
	return m, nil
}

func likeOf(pattern string) (match.Matcher, error) {
	m, err := match.Like([]byte(pattern))
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("reading --like: %w", err), hint: likeHint}
	}
	return m, nil
}

func dataOf(hexSum string, size int64) (match.Matcher, error) {
	sum, err := hex.DecodeString(hexSum)
	if err != nil || len(sum) != sha256.Size {
		return nil, &usageError{err: fmt.Errorf("SHA-256 %q is not 64 hex digits", hexSum)} // of a receipt
	}
	return match.Data([sha256.Size]byte(sum), size), nil
}
