package consumer

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kinspect/internal/stream"
	"kinspect/internal/term"
)

const (
	// idleMax is for how many rounds, of a second, nothing may become of any
	// consumer: AWS says nothing of how long one is CREATING.
	idleMax = 180
	// failuresMax is how often in a row one consumer may be asked for in vain.
	failuresMax = 6
)

// TooMany is a stream that takes no more consumers.
type TooMany struct {
	// Asked were to be registered, and there was room for Room of them.
	Asked, Room int
	// Others are the names of those that were there before, as far as they may be
	// listed.
	Others []string
}

func (e *TooMany) Error() string {
	const shown = 5
	asked, names := term.Count(e.Asked, "consumer"), e.Others
	if len(names) == 0 {
		return fmt.Sprintf("registering %s: the stream takes %d", asked, e.Room)
	}
	more := ""
	if len(names) > shown {
		names, more = names[:shown], fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return fmt.Sprintf("registering %s: the stream has %s already (%s%s) and takes %d more",
		asked, term.Number(len(e.Others)), strings.Join(names, ", "), more, e.Room)
}

// Register registers all of them, as fast as AWS allows, and waits until they are
// ACTIVE, which told hears of about once a second. It returns their ARNs. A call
// that is sent is let come to its end also where the context ends meanwhile, so that
// Deregister knows of each consumer that there is.
func (r *Run) Register(ctx context.Context, told func(active int)) (arns []string, err error) {
	var before int
	for idle := 0; idle < idleMax; idle++ {
		if err := r.round(ctx); err != nil {
			return nil, err
		}
		active, unknown := r.count(stream.ConsumerActive), r.count("")
		if active == len(r.consumers) {
			return r.arns(), nil
		}
		if now := active - unknown; now != before {
			idle, before = 0, now
		}
		told(active)
		if err := r.client.Wait(ctx, pause); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("registering %s: %d were ACTIVE, and nothing changed for %s",
		term.Count(len(r.consumers), "consumer"), r.count(stream.ConsumerActive), idleMax*pause)
}

func (r *Run) arns() (all []string) {
	for _, c := range r.consumers {
		all = append(all, c.ARN)
	}
	return all
}

// round looks at those that are CREATING, and asks for others in the room that is
// left, up to the first that cannot be had yet.
func (r *Run) round(ctx context.Context) error {
	creating, calls := 0, 0
	for i := range r.consumers {
		c := &r.consumers[i]
		var err error
		switch {
		case c.Status == stream.ConsumerCreating:
			err = r.look(ctx, c)
		case c.Status == "" && creating < creatingMax && calls < callsMax:
			calls++
			err = r.register(ctx, c)
		}
		if err != nil {
			return err
		}
		if c.Status == "" {
			return nil
		}
		if c.Status == stream.ConsumerCreating {
			creating++
		}
	}
	return nil
}

// register asks for a consumer. Afterwards its status is empty if it cannot be had
// yet.
func (r *Run) register(ctx context.Context, c *consumer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.asked = true
	made, err := r.client.RegisterConsumer(context.WithoutCancel(ctx), r.streamARN, c.Name)
	var failed *stream.Error
	switch {
	case err == nil:
		c.Consumer, r.refused = made, 0
		return nil
	case !errors.As(err, &failed):
		return err
	case failed.Problem == stream.Throttled:
		if r.refused++; r.refused > 1 { // once may be for coming too fast
			return r.full(ctx)
		}
		return nil
	case failed.Problem == stream.InUse: // the stream, or the consumer: an answer was lost
		return r.look(ctx, c)
	}
	if c.failures++; failed.Passing() && c.failures < failuresMax {
		return nil
	}
	return err
}

// look learns what a consumer is by now. One that is not there may not be seen yet.
func (r *Run) look(ctx context.Context, c *consumer) error {
	seen, err := r.client.DescribeConsumer(ctx, r.streamARN, c.Name)
	switch {
	case problem(err) == stream.NotFound:
		return nil
	case err != nil:
		return err
	case seen.Status == stream.ConsumerDeleting:
		return fmt.Errorf("consumer %s is being removed by somebody else", c.Name)
	}
	c.Consumer = seen
	return nil
}

// full returns an error if the stream takes no more consumers, which AWS says as it
// says that they come too fast, or that too many are CREATING.
func (r *Run) full(ctx context.Context) error {
	there, err := r.client.ListConsumers(ctx, r.streamARN)
	switch {
	case problem(err) == stream.Denied:
		return nil // it goes on until nothing has changed for long
	case err != nil:
		return err
	}
	return r.tooMany(there)
}

// tooMany is an error where there are as many as AWS allows at the least, and none of
// them is CREATING.
func (r *Run) tooMany(there []stream.Consumer) error {
	mine := map[string]bool{}
	for _, c := range r.consumers {
		mine[c.Name] = true
	}
	e := &TooMany{Asked: len(r.consumers)}
	for _, c := range there {
		switch {
		case c.Status == stream.ConsumerCreating:
			return nil
		case mine[c.Name]:
			e.Room++
		default:
			e.Others = append(e.Others, c.Name)
		}
	}
	if len(there) < maxOf {
		return nil
	}
	return e
}

// problem is that of a failed call; Other of none, and of all that is no call.
func problem(err error) stream.Problem {
	var failed *stream.Error
	if errors.As(err, &failed) {
		return failed.Problem
	}
	return stream.Other
}
