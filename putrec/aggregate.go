package putrec

import (
	"kinspect/internal/kpl"
	"kinspect/internal/record"
	"kinspect/internal/stream"
)

// aggregates gathers records into those that the KPL's format makes of them, one
// for each cell of the key space: a consumer with the KCL drops an aggregate of
// which any record hashes outside the shard that holds it.
type aggregates struct {
	bytesMax int
	open     map[string]*outgoing
	order    []string // cells, in the order in which their aggregates began
	bytes    int      // of lines held
}

// add takes a record in, and returns the aggregate of its cell that was full
// without it, or nil.
func (a *aggregates) add(s *source, cell string) (full *outgoing) {
	if a.open == nil {
		a.open = map[string]*outgoing{}
	}
	user := record.UserRecord{UserKey: &s.key, UserData: s.payload}
	if s.explicitKey != "" {
		user.ExplicitHashKey = &s.explicitKey
	}
	a.bytes += len(s.data)
	o, begun := a.open[cell]
	if begun && o.aggregate.Add(user) {
		o.sources = append(o.sources, s)
		return nil
	}
	if begun {
		full = o.sealed()
		a.bytes -= full.held()
	} else {
		a.order = append(a.order, cell)
	}
	next := &outgoing{sources: []*source{s}, aggregate: kpl.NewBatch(a.bytesMax)}
	next.aggregate.Add(user)
	a.open[cell] = next
	return full
}

// take returns all aggregates that have begun, and leaves none.
func (a *aggregates) take() (all []*outgoing) {
	for _, cell := range a.order {
		all = append(all, a.open[cell].sealed())
	}
	a.open, a.order, a.bytes = nil, nil, 0
	return all
}

// sealed makes the record that is put.
func (o *outgoing) sealed() *outgoing {
	e := o.aggregate.Entry()
	o.entry = stream.PutEntry{Data: e.Data, PartitionKey: e.PartitionKey, ExplicitHashKey: e.ExplicitHashKey}
	o.aggregate = nil
	return o
}
