package services

import (
	"context"
	"slices"
	"sync"

	"kinspect/internal/audience"
	"kinspect/internal/stream"
)

const listRegistered = "kinesis:ListStreamConsumers"

// Consumers are what reads a stream, as far as Kinesis and the services around it tell,
// kind by kind; of each there is at least a row, which says that nothing is listed of it, or
// why that is not known. ours are the ARNs of consumers that are left out. It takes some
// 40 s at the most: callTimeout for the registered ones, through which Lambda may read, and
// then the 30 s of a service.
func (s *Services) Consumers(ctx context.Context, client *stream.Client, q audience.Question, ours []string) []audience.Consumer {
	if q.ARN == "" {
		unknown := &Unasked{"consumers are known by the stream's ARN, which only its description tells"}
		return []audience.Consumer{notChecked(audience.FanOut, unknown), notChecked(audience.Lambda, unknown), notChecked(audience.Firehose, unknown), notChecked(audience.Flink, unknown)}
	}
	var asking sync.WaitGroup
	var byFirehose, byFlink []audience.Consumer
	asking.Go(func() { byFirehose = s.byFirehose(ctx, q) })
	asking.Go(func() { byFlink = s.byFlink(ctx, q) })
	registered, err := registeredOn(ctx, client, q.ARN, ours)
	byFanOut := rows(audience.FanOut, described(registered, q), err)
	byLambda := s.byLambda(ctx, q, registered, err)
	asking.Wait()
	return slices.Concat(byFanOut, byLambda, byFirehose, byFlink)
}

// registeredOn are the consumers that are registered on a stream, but for ours, within
// callTimeout: the client by itself tries for a minute. An error leaves what was listed
// before it.
func registeredOn(ctx context.Context, client *stream.Client, streamARN string, ours []string) ([]stream.Consumer, error) {
	all, err := ask(ctx, listRegistered, streamARN, func(ctx context.Context) ([]stream.Consumer, error) {
		return client.ListConsumers(ctx, streamARN)
	})
	return slices.DeleteFunc(all, func(r stream.Consumer) bool { return slices.Contains(ours, r.ARN) }), err
}

func described(registered []stream.Consumer, q audience.Question) (all []audience.Consumer) {
	for _, r := range registered {
		all = append(all, audience.Registered{Name: r.Name, ARN: r.ARN, Status: r.Status, CreatedAt: r.CreatedAt}.Consumer(q))
	}
	return all
}

// byLambda are the mappings of the stream and of its registered consumers; unlisted is why
// not all of those are known.
func (s *Services) byLambda(ctx context.Context, q audience.Question, registered []stream.Consumer, unlisted error) (all []audience.Consumer) {
	sources := []string{q.ARN}
	for _, r := range registered {
		sources = append(sources, r.ARN)
	}
	listed, err := s.mappings(ctx, sources)
	for _, m := range listed {
		all = append(all, m.Consumer(q))
	}
	if err == nil && unlisted != nil {
		err = &Unasked{"those that read through registered consumers not listed here: " + Why(unlisted)}
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
