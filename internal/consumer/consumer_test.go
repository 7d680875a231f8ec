package consumer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kinspect/internal/stream"
)

// All are registered at the pace of AWS, and heard of, and then removed.
func TestRegisterAndRemove(t *testing.T) {
	for _, n := range []int{1, 5, 6, 20} {
		inWorld(t, func(w *world) {
			run, heard := w.run(n), []int{}
			arns, err := run.Register(w.t.Context(), func(active int) { heard = append(heard, active) })
			if err != nil || len(arns) != n || len(slices.Compact(slices.Sorted(slices.Values(arns)))) != n {
				w.t.Fatalf("%d: %q, %v", n, arns, err)
			}
			for i, c := range run.consumers {
				seen, err := w.client.DescribeConsumer(w.t.Context(), w.arn, c.Name)
				if err != nil || seen.Status != stream.ConsumerActive || seen.ARN != arns[i] {
					w.t.Errorf("%d: %v, %v", n, seen, err)
				}
			}
			if !slices.IsSorted(heard) || len(heard) == 0 || heard[0] != 0 {
				w.t.Errorf("%d: heard of %v", n, heard)
			}
			if left := run.Deregister(w.t.Context()); left != nil || w.there() != nil {
				w.t.Errorf("%d: %v is left, %v there", n, left, w.there())
			}
			w.paced("RegisterStreamConsumer")
			w.paced("DeregisterStreamConsumer")
		})
	}
}

// paced wants five calls of an operation a second at the most, none of them refused.
func (w *world) paced(operation string) {
	w.t.Helper()
	calls := w.made(operation)
	for i, c := range calls {
		if i >= callsMax && c.at.Sub(calls[i-callsMax].at) < time.Second || c.status != 200 {
			w.t.Errorf("%s: call %d at %s, status %d", operation, i, c.at, c.status)
		}
	}
}

// Consumers of others that are CREATING are waited for.
func TestRegisterBesideOthers(t *testing.T) {
	inWorld(t, func(w *world) {
		for i := range creatingMax {
			if _, err := w.client.RegisterConsumer(w.t.Context(), w.arn, fmt.Sprint("app-", i)); err != nil {
				w.t.Fatal(err)
			}
		}
		arns, err := w.run(3).Register(w.t.Context(), func(int) {})
		if err != nil || len(arns) != 3 {
			w.t.Errorf("%q, %v", arns, err)
		}
		if first := w.made("RegisterStreamConsumer")[creatingMax]; first.status != 400 {
			w.t.Errorf("five were CREATING, and the sixth was answered by %d", first.status)
		}
	})
}

// Some endpoints have consumers that are ACTIVE at once, which are not asked for any
// faster.
func TestRegisterActiveAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.spoil = func(_ int, c *call) { c.rewrite = strings.NewReplacer("CREATING", "ACTIVE") }
		if arns, err := w.run(12).Register(w.t.Context(), func(int) {}); err != nil || len(arns) != 12 {
			w.t.Errorf("%q, %v", arns, err)
		}
		for i, calls := callsMax, w.made("RegisterStreamConsumer"); i < len(calls); i++ {
			if took := calls[i].at.Sub(calls[i-callsMax].at); took < time.Second {
				w.t.Errorf("calls %d to %d were made within %s", i-callsMax, i, took)
			}
		}
	})
}

// It may take long, as long as something comes of it.
func TestRegisterSlowly(t *testing.T) {
	inWorld(t, func(w *world) {
		began := time.Now()
		w.spoil = func(_ int, c *call) {
			if time.Since(began)%(100*time.Second) >= 2*time.Second {
				c.rewrite = strings.NewReplacer("ACTIVE", "CREATING")
			}
		}
		arns, err := w.run(15).Register(w.t.Context(), func(int) {})
		if took := time.Since(began); err != nil || len(arns) != 15 || took < idleMax*pause {
			w.t.Errorf("after %s: %q, %v", took, arns, err)
		}
	})
}

// One refusal is none to stop at, whoever else is there.
func TestRegisterRefusedOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.spoil = func(n int, c *call) {
			if n == 1 {
				c.refuse = "LimitExceededException"
			}
			others := ""
			for i := range maxOf {
				others += fmt.Sprintf(`{"ConsumerName":"app-%d","ConsumerStatus":"ACTIVE"},`, i)
			}
			c.rewrite = strings.NewReplacer(`"Consumers":[]`, `"Consumers":[`+strings.TrimSuffix(others, ",")+"]")
		}
		if _, err := w.run(1).Register(w.t.Context(), func(int) {}); err != nil {
			w.t.Error(err)
		}
	})
}

// Once the context has ended, nothing more is registered.
func TestRegisterStops(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, end := context.WithCancel(w.t.Context())
		w.spoil = func(_ int, c *call) { end() }
		if _, err := w.run(5).Register(ctx, func(int) {}); !errors.Is(err, context.Canceled) || len(w.made("RegisterStreamConsumer")) != 1 {
			w.t.Errorf("%d were registered, %v", len(w.made("RegisterStreamConsumer")), err)
		}
	})
}

// A refusal may have other reasons than that the stream is full.
func TestTooMany(t *testing.T) {
	run := newRun(nil, "", []string{"one", "two"})
	alone := newRun(nil, "", maker{"0123456789ab", 7, 1}.names(25))
	var mine []stream.Consumer
	for _, c := range alone.consumers[:maxOf] {
		mine = append(mine, stream.Consumer{Name: c.Name, Status: stream.ConsumerActive})
	}
	if err := alone.tooMany(mine); err == nil || err.Error() != "registering 25 consumers: the stream takes 20" {
		t.Errorf("with ours alone: %v", err)
	}
	of := func(n int, more ...stream.Consumer) []stream.Consumer {
		for i := range n {
			more = append(more, stream.Consumer{Name: fmt.Sprint("app-", i), Status: stream.ConsumerActive})
		}
		return more
	}
	one := stream.Consumer{Name: "one", Status: stream.ConsumerActive}
	for name, c := range map[string]struct {
		there []stream.Consumer
		says  string
	}{
		"room":             {of(19), ""},
		"full":             {of(20), "registering 2 consumers: the stream has 20 already (app-0, app-1, app-2, app-3, app-4 and 15 more) and takes 0 more"},
		"full with ours":   {of(19, one), "registering 2 consumers: the stream has 19 already (app-0, app-1, app-2, app-3, app-4 and 14 more) and takes 1 more"},
		"some are coming":  {of(25, stream.Consumer{Name: "app", Status: stream.ConsumerCreating}), ""},
		"Advantage's full": {of(50), "registering 2 consumers: the stream has 50 already (app-0, app-1, app-2, app-3, app-4 and 45 more) and takes 0 more"},
	} {
		if err := run.tooMany(c.there); (err == nil) != (c.says == "") || err != nil && err.Error() != c.says {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Where a stream takes no more, the error says whose consumers it has.
func TestRegisterTooMany(t *testing.T) {
	for _, there := range []int{18, 20} {
		inWorld(t, func(w *world) {
			w.others(there)
			before := w.there()
			run := w.run(3)
			_, err := run.Register(w.t.Context(), func(int) {})
			var many *TooMany
			if !errors.As(err, &many) || many.Asked != 3 || many.Room != maxOf-there || !slices.Equal(slices.Sorted(slices.Values(many.Others)), before) {
				w.t.Errorf("%d there: %v", there, err)
			}
			if left := run.Deregister(w.t.Context()); left != nil || !slices.Equal(w.there(), before) {
				w.t.Errorf("%v is left, there are %v", left, w.there())
			}
		})
	}
}

// While the stream is being changed, it takes no consumer, and says so as it says
// that a consumer is there already.
func TestRegisterOnAStreamThatChanges(t *testing.T) {
	inWorld(t, func(w *world) {
		w.spoil = func(n int, c *call) {
			if c.operation == "RegisterStreamConsumer" && n < 9 {
				c.refuse = "ResourceInUseException"
			}
		}
		if arns, err := w.run(2).Register(w.t.Context(), func(int) {}); err != nil || len(arns) != 2 {
			w.t.Errorf("%q, %v", arns, err)
		}
	})
}

// Of what does not come to an end, an end is made.
func TestRegisterGivesUp(t *testing.T) {
	creating := strings.NewReplacer("ACTIVE", "CREATING")
	for name, c := range map[string]struct {
		spoil func(n int, c *call)
		says  string
		least time.Duration
	}{
		"never ACTIVE": {func(_ int, c *call) { c.rewrite = creating }, "registering 2 consumers: 0 were ACTIVE, and nothing changed for 3m0s", 3 * time.Minute},
		"never taken": {func(_ int, c *call) {
			if c.operation == "RegisterStreamConsumer" {
				c.refuse = "LimitExceededException"
			}
		}, "registering 2 consumers: 0 were ACTIVE, and nothing changed for 3m0s", 3 * time.Minute},
		"never answered": {func(_ int, c *call) { c.refuse = "InternalFailure" }, "stream orders: kinesis:RegisterStreamConsumer: the cause", 5 * time.Second},
		"removed by somebody": {func(_ int, c *call) {
			if c.operation == "DescribeStreamConsumer" {
				c.rewrite = strings.NewReplacer("ACTIVE", "DELETING", "CREATING", "DELETING")
			}
		}, "-1of2 is being removed by somebody else", time.Second},
		"denied":          {func(_ int, c *call) { c.refuse = "AccessDeniedException" }, "stream orders: access denied (kinesis:RegisterStreamConsumer)", 0},
		"nobody may list": {refuseAllBut("RegisterStreamConsumer", "LimitExceededException", "AccessDeniedException"), "nothing changed for 3m0s", 3 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				run, began := w.run(2), time.Now()
				w.spoil = c.spoil
				_, err := run.Register(w.t.Context(), func(int) {})
				if took := time.Since(began); err == nil || !strings.Contains(err.Error(), c.says) || took < c.least || took > c.least+10*time.Second {
					w.t.Errorf("after %s: %v", took, err)
				}
				w.spoil = nil
				if left := run.Deregister(w.t.Context()); left != nil || w.there() != nil {
					w.t.Errorf("%v is left, there are %v", left, w.there())
				}
			})
		})
	}
}

// refuseAllBut refuses one operation by a name, and all others by another.
func refuseAllBut(operation, name, others string) func(int, *call) {
	return func(_ int, c *call) {
		if c.refuse = others; c.operation == operation {
			c.refuse = name
		}
	}
}

// Whatever happens to the nth call, for every n, what Deregister does not name as left
// is not there, and what passes does no harm.
func TestNoConsumerIsLost(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(c *call, end context.CancelFunc)
		passes bool
	}{
		"fails once":          {func(c *call, _ context.CancelFunc) { c.refuse = "InternalFailure" }, true},
		"is throttled":        {func(c *call, _ context.CancelFunc) { c.refuse = "LimitExceededException" }, true},
		"loses its answer":    {func(c *call, _ context.CancelFunc) { c.loses = true }, true},
		"is denied":           {func(c *call, _ context.CancelFunc) { c.refuse = "AccessDeniedException" }, false},
		"ends the context":    {func(_ *call, end context.CancelFunc) { end() }, false},
		"ends it and is lost": {func(c *call, end context.CancelFunc) { end(); c.loses = true }, false},
		"ends it and is late": {func(c *call, end context.CancelFunc) { c.end = end }, false},
	} {
		t.Run(name, func(t *testing.T) {
			for nth, more := 1, true; more; nth++ {
				inWorld(t, func(w *world) {
					ctx, end := context.WithCancel(w.t.Context())
					defer end()
					w.spoil = func(n int, made *call) {
						if n == nth {
							c.do(made, end)
						}
					}
					run := w.run(7)
					arns, err := run.Register(ctx, func(int) {})
					if c.passes && (err != nil || len(arns) != 7) || err == nil && len(arns) != 7 {
						w.t.Errorf("call %d: %d ARNs, %v", nth, len(arns), err)
					}
					var left []string
					for _, l := range run.Deregister(ctx) {
						left = append(left, l.Name)
					}
					more = len(w.calls) >= nth
					if there := w.there(); !slices.Equal(there, slices.Sorted(slices.Values(left))) || c.passes && left != nil {
						w.t.Errorf("call %d: %q are there, and %q are said to be", nth, there, left)
					}
				})
			}
		})
	}
}

// One that is CREATING still is removed once it is not; what does not go in half a
// minute is said, with the reason.
func TestDeregister(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, end := context.WithCancel(w.t.Context())
		run := w.run(5)
		_, err := run.Register(ctx, func(int) { end() })
		if !errors.Is(err, context.Canceled) || run.count(stream.ConsumerCreating) != 5 {
			w.t.Fatalf("%d are CREATING, %v", run.count(stream.ConsumerCreating), err)
		}
		began := time.Now()
		w.spoil = func(_ int, c *call) { // as kinesis-local does
			if c.operation == "DeregisterStreamConsumer" && time.Since(began) < creatingFor {
				c.refuse = "ResourceInUseException"
			}
		}
		if left := run.Deregister(ctx); left != nil || w.there() != nil {
			w.t.Errorf("%v is left", left)
		}
	})
	inWorld(t, func(w *world) {
		run := w.run(12)
		if _, err := run.Register(w.t.Context(), func(int) {}); err != nil {
			w.t.Fatal(err)
		}
		began := time.Now()
		w.spoil = func(_ int, c *call) { c.refuse = "LimitExceededException" }
		left := run.Deregister(w.t.Context())
		if took := time.Since(began); took != removeMax || len(left) != 12 {
			w.t.Errorf("after %s %d are left", took, len(left))
		}
		for _, l := range left {
			if l.Err == nil || !strings.Contains(l.Err.Error(), "kinesis:DeregisterStreamConsumer: the cause") {
				w.t.Errorf("%s: %v", l.Name, l.Err)
			}
		}
	})
}

// An endpoint that does not answer is not waited for any longer, and what is said of
// it is not that we stopped.
func TestDeregisterUnanswered(t *testing.T) {
	inWorld(t, func(w *world) {
		run := w.run(7)
		if _, err := run.Register(w.t.Context(), func(int) {}); err != nil {
			w.t.Fatal(err)
		}
		began := time.Now()
		w.spoil = func(_ int, c *call) {
			time.Sleep(9 * time.Second)
			c.refuse = "InternalFailure"
		}
		left := run.Deregister(w.t.Context())
		if took := time.Since(began); took < removeMax || took > removeMax+callsMax*9*time.Second || len(left) != 7 {
			w.t.Errorf("after %s %d are left", took, len(left))
		}
		for _, l := range left {
			if problem(l.Err) == stream.Stopped {
				w.t.Errorf("%s: %v", l.Name, l.Err)
			}
		}
	})
}

// What is named as left is in the list, and not on its way out.
func TestLeftovers(t *testing.T) {
	const machine = "0123456789ab"
	us := witness{machine, true, 7, time.UnixMilli(5000), func(pid int) bool { return pid == 8 }}
	consumerOf := func(m maker, status string) stream.Consumer {
		return stream.Consumer{Name: m.names(1)[0], Status: status}
	}
	gone, away := maker{machine, 9, 4000}, maker{"ba9876543210", 9, 4000}
	found := us.leftovers([]stream.Consumer{
		{Name: "analytics", Status: stream.ConsumerActive},
		consumerOf(maker{machine, 8, 4000}, stream.ConsumerActive),
		consumerOf(gone, stream.ConsumerCreating),
		consumerOf(maker{machine, 10, 4000}, stream.ConsumerDeleting),
		consumerOf(away, stream.ConsumerActive),
	})
	if len(found.Killed) != 1 || found.Killed[0].Name != gone.names(1)[0] || len(found.Untold) != 1 || found.Untold[0].Name != away.names(1)[0] {
		t.Errorf("found %+v", found)
	}
}
