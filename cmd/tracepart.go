package cmd

import (
	"errors"
	"fmt"

	"kinspect/trace/receipt"
)

// partHint is for who has an index from 0, as schedulers give.
const partHint = `with an index from 0: --part "$((INDEX+1))/$N"`

const partLong = `With --part I/N only the shards are read whose ID has a hash (FNV-1a, 64 bits) that
leaves I-1 when divided by N, so that N machines read a stream together; each needs its
own --receipt, and trace merge makes one verdict of them. A part by itself finds the
event, or is inconclusive. Give --from and --until, lest the parts' windows differ; a
shard is divided in time only by --fan-out=N.`

// readPart reads --part; one that is not given is that of the receipt to go on from.
func (f *traceFlags) readPart(resumed *receipt.Receipt) (receipt.Part, error) {
	if !f.given("part") {
		if resumed != nil {
			return resumed.PartOf(), nil
		}
		return receipt.Part{}, nil
	}
	part, err := receipt.ParsePart(f.part)
	if err != nil {
		return part, &usageError{err: fmt.Errorf("--part %q: %w", f.part, err), hint: partHint}
	}
	return part, nil
}

// checkPart refuses a part of what is not read in parts.
func (a *app) checkPart(f *traceFlags, part receipt.Part) error {
	switch {
	case part.Whole():
		return nil
	case f.event.SequenceNumber != "":
		return &usageError{err: errors.New("--part divides what is read, and a sequence number takes one read of each shard"), hint: "leave --part out"}
	case f.metrics:
		return &usageError{err: errors.New("--metrics counts what came into the whole stream, and --part reads some of it"), hint: "ask one run of the whole window for --metrics"}
	case a.capture():
		return &usageError{err: errors.New("--part divides a stream, and a capture is one file"), hint: "leave --part out"}
	}
	return nil
}
