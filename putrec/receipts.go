package putrec

import (
	"bytes"
	"context"
	"fmt"

	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/internal/term"
)

// placed is a record that the stream acknowledged, and where.
type placed struct {
	*outgoing
	stream.PutResult
}

// acknowledge writes receipts for the records that were put, and returns the
// others.
func (r *run) acknowledge(ctx context.Context, records []*outgoing, results []stream.PutResult) (left []*outgoing) {
	var put []placed
	for i, o := range records {
		result := results[i]
		if o.err = failureOf(result); o.err != nil {
			o.inDoubt = o.inDoubt || result.ErrorCode == ""
			left = append(left, o)
			continue
		}
		if o.shard != "" && result.ShardID != o.shard {
			r.routes.stale = true
		}
		put = append(put, placed{o, result})
	}
	if len(put) == 0 {
		return left
	}
	put = r.deliverable(ctx, put)
	var unverified map[*outgoing]error
	if r.options.Verify {
		unverified = r.verifier.verify(ctx, r.client, put)
	}
	r.receipts(put, unverified)
	r.tellUnverified(put, unverified)
	return left
}

// receipts writes a line for each line that was put, all with one Write.
func (r *run) receipts(put []placed, unverified map[*outgoing]error) {
	var out bytes.Buffer // never fails, nor does the JSON of a Receipt
	first, last := 0, 0
	for _, p := range put {
		r.count(p.outgoing)
		for i, s := range p.sources {
			receipt := Receipt{Line: s.number, ShardID: p.ShardID, SequenceNumber: p.SequenceNumber, Attempts: p.attempts}
			if len(p.sources) > 1 {
				receipt.SubSequenceNumber = &i
			}
			receipt.Verified = r.options.Verify && unverified[p.outgoing] == nil
			_ = term.WriteJSON(&out, receipt, "")
			if first == 0 || s.number < first {
				first = s.number
			}
			last = max(last, s.number)
		}
	}
	if out.Len() == 0 {
		return
	}
	if _, err := r.options.Receipts.Write(out.Bytes()); err != nil {
		r.stop = unwritten(first, last, err)
	}
}

func (r *run) count(o *outgoing) {
	r.result.Put += len(o.sources)
	r.result.Records++
	r.result.Bytes += int64(o.bytes())
	if o.inDoubt {
		r.result.MaybeTwice += len(o.sources)
	}
}

// deliverable hands back the lines of aggregates that a reshard put into a shard
// that does not own all of their keys: the KCL gives them to nobody.
func (r *run) deliverable(ctx context.Context, put []placed) (kept []placed) {
	if !r.options.Aggregate {
		return put
	}
	for _, p := range put {
		if len(p.sources) == 1 || r.owns(ctx, p) {
			kept = append(kept, p)
			continue
		}
		p.inDoubt = true
		r.handBack([]*outgoing{p.outgoing}, fmt.Errorf("a reshard had its aggregate go into %s, which does not own all of its keys, so that KCL consumers drop it", p.ShardID))
	}
	return kept
}

// owns tells whether the shard that took an aggregate owns all keys in it.
func (r *run) owns(ctx context.Context, p placed) bool {
	landed, known := r.routes.lineage.Find(p.ShardID)
	if !known {
		r.list(ctx)
		landed, known = r.routes.lineage.Find(p.ShardID)
	}
	return known && ownsAll(landed.Range, p.sources)
}

func ownsAll(in shard.Range, sources []*source) bool {
	for _, s := range sources {
		if h, ok := s.hash(); !ok || !in.Contains(h) {
			return false
		}
	}
	return true
}

// unwritten is the receipts that their reader does not have.
func unwritten(first, last int, err error) error {
	if first == last {
		return fmt.Errorf("writing the receipt of line %d: %w", first, err)
	}
	return fmt.Errorf("writing the receipts of lines %d to %d: %w", first, last, err)
}
