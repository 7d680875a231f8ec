package putrec

import (
	"errors"
	"fmt"
	"io"

	"kinspect/internal/jq"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
)

// Options says what to put, and where the answers go.
type Options struct {
	// Input holds a record a line, of any length that the stream takes. A line is
	// its bytes without the LF, or the CR LF, that ends it; the last line needs
	// neither. A Read that blocks is left behind when Run returns early.
	Input io.Reader
	// Whole makes all of Input one record, byte for byte.
	Whole bool
	// Envelopes takes lines of `tail --decode none -o json`, which bring their own
	// partition keys. Base64 takes lines of base64. At most one of them is set.
	Envelopes, Base64 bool
	// Gzip compresses each record.
	Gzip bool
	// Aggregate puts records together as the KPL does.
	Aggregate bool

	// PartitionKey has up to 256 characters, and PartitionKeyJQ makes one of each
	// record; at most one is set, and goes before an envelope's own. With neither
	// a record has a random key.
	PartitionKey   string
	PartitionKeyJQ *jq.Program
	// ExplicitHashKey is a decimal number below 2^128, and Shard an open shard,
	// which takes all records; at most one is set.
	ExplicitHashKey, Shard string

	// Rate bounds the lines put a second; 0 is no bound.
	Rate int
	// Unpaced puts without regard to the shards' write quotas.
	Unpaced bool
	// Verify reads each record back before its receipt is given.
	Verify bool
	// Check puts nothing: in the place of receipts it gives a Checked for each line
	// that would be put.
	Check bool

	// Receipts takes a Receipt as a line of JSON for each record acknowledged, one
	// Write per call to the stream. Nil is for none.
	Receipts io.Writer
	// Failed takes what could not be put, in no particular order. An error of its
	// own ends the run, since what it did not keep is lost. Nil only counts.
	Failed func(Failure) error
	// Unverified takes what Verify could not confirm. Nil only counts.
	Unverified func(Unverified)
	// Notice takes what is worth saying, once each. Nil is for none.
	Notice func(string)
	// Progress hears of the counts so far after each batch, and each second while
	// one waits for its turn. Nil is for none.
	Progress func(Result)
}

// check refuses what no record could be put with.
func (o Options) check(described stream.Summary) error {
	if o.PartitionKey != "" {
		if err := checkKey(o.PartitionKey); err != nil {
			return err
		}
	}
	if described.DistributesItself() && (o.Aggregate || o.Shard != "") {
		return errAuto
	}
	if o.ExplicitHashKey == "" {
		return nil
	}
	if _, err := shard.ParseHashKey(o.ExplicitHashKey); err != nil {
		return fmt.Errorf("the explicit hash key is of no use: %w", err)
	}
	return nil
}

// errAuto refuses what needs to choose a shard: the KCL drops an aggregate that
// is not where the keys in it say.
var errAuto = errors.New("the stream distributes records by itself (AUTO): a shard cannot be chosen, nor an aggregate be sent to its own")

// form is how the options make records of lines.
func (o Options) form(described stream.Summary) form {
	return form{
		envelopes: o.Envelopes, base64: o.Base64, gzip: o.Gzip,
		partitionKey: o.PartitionKey, keyOf: o.PartitionKeyJQ,
		keyless:        described.DistributesItself(),
		hashKey:        o.ExplicitHashKey,
		recordBytesMax: min(described.RecordBytesMax, stream.PutBytesMax),
	}
}
