package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"kinspect/internal/jq"
	"kinspect/putrec"
)

// input is DATA, a file, or standard input; DATA is one record.
func (f *putrecFlags) input(stdin io.Reader, operands []string) (io.ReadCloser, error) {
	switch {
	case len(operands) > 0 && f.file != "":
		return nil, &usageError{err: errors.New("both DATA and --file are given"), hint: "give one of them"}
	case len(operands) > 0:
		f.whole = true
		return io.NopCloser(strings.NewReader(operands[0])), nil
	case f.file == "" || f.file == "-":
		return io.NopCloser(stdin), nil
	}
	file, err := os.Open(f.file)
	if err != nil {
		return nil, fmt.Errorf("reading the records: %w", err)
	}
	return file, nil
}

// exclusive are flags of which one at most makes sense, and why.
var exclusive = []struct{ one, other, hint string }{
	{"partition-key", "partition-key-jq", "a record has one partition key"},
	{"explicit-hash-key", "shard", "--shard sets a hash key of its own"},
	{"envelopes", "base64", "envelopes say by themselves what is base64"},
	{"envelopes", "gzip", "envelopes are put byte for byte"},
	{"envelopes", "aggregate", "envelopes are put byte for byte, aggregates among them"},
	{"check", "verify", "--check puts nothing that could be read back"},
}

// options is what the flags say of the records.
func (f *putrecFlags) options() (putrec.Options, error) {
	for _, e := range exclusive {
		if f.given(e.one) && f.given(e.other) {
			return putrec.Options{}, &usageError{err: fmt.Errorf("both --%s and --%s are given", e.one, e.other), hint: e.hint}
		}
	}
	o := putrec.Options{
		Envelopes: f.envelopes, Base64: f.base64, Gzip: f.gzip, Aggregate: f.aggregate,
		PartitionKey: f.partitionKey, ExplicitHashKey: f.explicitHashKey,
		Verify: f.verify, Check: f.check,
	}
	if f.shard != "" {
		o.Shard = shardIDs([]string{f.shard})[0]
	}
	var err error
	if o.Rate, o.Unpaced, err = parseRate(f.rate); err != nil {
		return o, err
	}
	if f.partitionKeyJQ != "" {
		if o.PartitionKeyJQ, err = jq.Compile(f.partitionKeyJQ); err != nil {
			return o, fmt.Errorf("--partition-key-jq: %w", err)
		}
	}
	return o, nil
}

// parseRate reads lines a second, or off, which also lifts our pacing.
func parseRate(text string) (rate int, unpaced bool, err error) {
	switch text {
	case "":
		return 0, false, nil
	case "off":
		return 0, true, nil
	}
	rate, err = strconv.Atoi(text)
	if err != nil || rate < 1 {
		return 0, false, &usageError{err: fmt.Errorf("--rate %q is not a whole number above 0, nor off", text)}
	}
	return rate, false, nil
}
