package services

import (
	"context"
	"slices"
	"sync"

	"kinspect/internal/audience"
	"kinspect/internal/stream"
)

// Consumers are what reads a stream, as far as Kinesis and the services around it tell,
// kind by kind; of each there is at least a row, which says that nothing is listed of it, or
// why that is not known. ours are the ARNs of consumers that are left out. It takes some
// 30 s at the most.
func (s *Services) Consumers(ctx context.Context, client *stream.Client, q audience.Question, ours []string) []audience.Consumer {
	if q.ARN == "" {
		unknown := &Unasked{"consumers are known by the stream's ARN, which only its description tells"}
		return []audience.Consumer{notChecked(audience.FanOut, unknown), notChecked(audience.Lambda, unknown), notChecked(audience.Firehose, unknown), notChecked(audience.Flink, unknown)}
	}
	registered, err := client.ListConsumers(ctx, q.ARN)
	registered = slices.DeleteFunc(registered, func(r stream.Consumer) bool { return slices.Contains(ours, r.ARN) })
	sources := []string{q.ARN}
	for _, r := range registered {
		sources = append(sources, r.ARN)
	}
	all := make([][]audience.Consumer, 4)
	all[0] = rows(audience.FanOut, described(registered, q), err)
	var asking sync.WaitGroup
	for i, ask := range []func() []audience.Consumer{
		func() []audience.Consumer { return s.byLambda(ctx, q, sources) },
		func() []audience.Consumer { return s.byFirehose(ctx, q) },
		func() []audience.Consumer { return s.byFlink(ctx, q) },
	} {
		asking.Go(func() { all[1+i] = ask() })
	}
	asking.Wait()
	return slices.Concat(all...)
}

func described(registered []stream.Consumer, q audience.Question) (all []audience.Consumer) {
	for _, r := range registered {
		all = append(all, audience.Registered{Name: r.Name, ARN: r.ARN, Status: r.Status, CreatedAt: r.CreatedAt}.Consumer(q))
	}
	return all
}

func (s *Services) byLambda(ctx context.Context, q audience.Question, sources []string) (all []audience.Consumer) {
	listed, err := s.mappings(ctx, sources)
	for _, m := range listed {
		all = append(all, m.Consumer(q))
	}
	return rows(audience.Lambda, all, err)
}

func (s *Services) byFirehose(ctx context.Context, q audience.Question) (all []audience.Consumer) {
	listed, err := s.deliveryStreams(ctx, q.ARN)
	for _, d := range listed {
		all = append(all, d.Consumer(q))
	}
	return rows(audience.Firehose, all, err)
}

func (s *Services) byFlink(ctx context.Context, q audience.Question) (all []audience.Consumer) {
	listed, err := s.applications(ctx)
	var others []audience.Application
	for _, a := range listed {
		if c, reads := a.Consumer(q); reads {
			all = append(all, c)
		} else {
			others = append(others, a)
		}
	}
	if c, some := audience.Silent(others); some {
		all = append(all, c)
	}
	return rows(audience.Flink, all, err)
}

// rows are those of one kind, with what could not be asked.
func rows(kind audience.Kind, all []audience.Consumer, err error) []audience.Consumer {
	switch {
	case err != nil:
		return append(all, notChecked(kind, err))
	case len(all) == 0:
		return []audience.Consumer{audience.None(kind)}
	}
	return all
}

func notChecked(kind audience.Kind, err error) audience.Consumer {
	return audience.Consumer{Kind: kind, NotChecked: Why(err)}
}
