package putrec

import (
	"bytes"
	"context"
	"errors"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/pace"
	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/stream"
)

const (
	// verifyShare is the part of a shard's read quota that reading back takes.
	verifyShare pace.Share = 0.4
	// verifyMax is how long the records of one call are waited for. They are
	// readable within a second, as a rule.
	verifyMax = 30 * time.Second
	// pageMax is the most records that GetRecords gives.
	//
	// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
	pageMax = 10_000
)

// Unverified is a line that was acknowledged and could not be read back as it was
// put.
type Unverified struct {
	// Line counts from 1.
	Line int
	Err  error
}

var (
	errNotThere = errors.New("the record could not be read back within 30 s")
	errDiffers  = errors.New("the record at its sequence number is not what was put")
)

// verifier reads records back.
type verifier struct {
	paces map[string]*pace.Shard
	// broken is a failure that would come again.
	broken error
}

// verify reads back what a call put, a shard at a time and from the first of its
// numbers on, and returns why for each record that was not found as it was put.
func (v *verifier) verify(ctx context.Context, client *stream.Client, put []placed) map[*outgoing]error {
	failed := map[*outgoing]error{}
	byShard := map[string]map[record.SequenceNumber]*outgoing{}
	first := map[string]record.SequenceNumber{}
	for _, p := range put {
		id, number := p.ShardID, p.SequenceNumber
		if byShard[id] == nil {
			byShard[id], first[id] = map[record.SequenceNumber]*outgoing{}, number
		}
		byShard[id][number] = p.outgoing
		if number.Compare(first[id]) < 0 {
			first[id] = number
		}
	}
	for id, sought := range byShard {
		v.verifyShard(ctx, client, id, first[id], sought, failed)
	}
	return failed
}

// verifyShard strikes off sought what it finds.
func (v *verifier) verifyShard(ctx context.Context, client *stream.Client, id string, from record.SequenceNumber, sought map[record.SequenceNumber]*outgoing, failed map[*outgoing]error) {
	err := v.broken
	end := client.Clock.Now().Add(verifyMax)
	for iterator := ""; len(sought) > 0 && err == nil; {
		var page stream.Page
		page, err = v.read(ctx, client, id, from, iterator, min(len(sought), pageMax))
		if err == nil {
			iterator = page.Next
			strike(page.Records, sought, failed)
			page.Release()
		}
		over := client.Clock.Now().After(end) || iterator == "" && err == nil
		var call *stream.Error
		switch {
		case over && err == nil:
			err = errNotThere
		case !over && errors.As(err, &call) && (call.Passing() || call.Problem == stream.IteratorExpired):
			iterator, err = "", nil
		case err != nil && !over && ctx.Err() == nil:
			v.broken = err
		}
	}
	for _, o := range sought {
		failed[o] = err
	}
}

// strike compares the records that were sought, and strikes them off.
func strike(records []record.Record, sought map[record.SequenceNumber]*outgoing, failed map[*outgoing]error) {
	for _, r := range records {
		o, ours := sought[r.SequenceNumber]
		if !ours {
			continue
		}
		delete(sought, r.SequenceNumber)
		if !o.same(r) {
			failed[o] = errDiffers
		}
	}
}

// read asks for one page at the shard's pace, from a number where there is no
// iterator.
func (v *verifier) read(ctx context.Context, client *stream.Client, id string, from record.SequenceNumber, iterator string, limit int) (page stream.Page, err error) {
	p := v.pace(id)
	if err := client.Wait(ctx, p.Wait(client.Clock.Now())); err != nil {
		return page, err
	}
	asked := client.Clock.Now()
	if iterator == "" {
		iterator, err = client.Iterator(ctx, id, position.Position{Kind: position.AtSequenceNumber, SequenceNumber: from})
	}
	if err == nil {
		page, err = client.Records(ctx, id, iterator, limit, nil, record.Take{})
	}
	if err != nil {
		p.Throttled(asked) // be it for another reason: it is no time to hurry
		return page, err
	}
	p.Read(asked, client.Clock.Now(), page.Bytes, len(page.Records) == 0)
	return page, nil
}

func (v *verifier) pace(id string) *pace.Shard {
	if v.paces == nil {
		v.paces = map[string]*pace.Shard{}
	}
	if v.paces[id] == nil {
		v.paces[id] = pace.NewShard(verifyShare)
	}
	return v.paces[id]
}

// same tells whether the record holds what was put, line by line.
func (o *outgoing) same(r record.Record) bool {
	key := ""
	if r.PartitionKey != nil {
		key = *r.PartitionKey
	}
	if key != o.entry.PartitionKey || !bytes.Equal(r.Data, o.entry.Data) {
		return false
	}
	if len(o.sources) == 1 {
		return true
	}
	users, err := kpl.Deaggregate(r)
	if err != nil || len(users) != len(o.sources) {
		return false
	}
	for i, s := range o.sources {
		if *users[i].UserKey != s.key || !bytes.Equal(users[i].UserData, s.payload) {
			return false
		}
	}
	return true
}

// tellUnverified says which lines could not be confirmed.
func (r *run) tellUnverified(put []placed, unverified map[*outgoing]error) {
	for _, p := range put {
		err := unverified[p.outgoing]
		for _, s := range p.sources {
			if err == nil {
				continue
			}
			r.result.Unverified++
			if r.options.Unverified != nil {
				r.options.Unverified(Unverified{s.number, err})
			}
		}
	}
}
