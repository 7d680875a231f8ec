package consumer

import (
	"context"
	"errors"
	"time"

	"kinspect/internal/stream"
)

// removeMax is how long consumers may take to be removed, at the end of a run that
// somebody may wait for.
const removeMax = 30 * time.Second

var errTime = errors.New("30 s were not enough")

// Left is a consumer that could not be removed, and why.
type Left struct {
	Name string
	Err  error
}

// Command is what removes a consumer by hand.
func Command(streamARN, name string) string {
	return "aws kinesis deregister-stream-consumer --stream-arn " + streamARN + " --consumer-name " + name
}

// Deregister removes all that may have been registered, in 30 s at the most, also
// where the context has ended already. It returns what is left.
func (r *Run) Deregister(ctx context.Context) []Left {
	var names []string
	for _, c := range r.consumers {
		if c.asked {
			names = append(names, c.Name)
		}
	}
	return Remove(context.WithoutCancel(ctx), r.client, r.streamARN, names)
}

// Remove deregisters consumers, in 30 s at the most, and returns what is left. One
// that is gone already is as good as removed.
func Remove(ctx context.Context, client *stream.Client, streamARN string, names []string) (left []Left) {
	ctx, end := client.Within(ctx, removeMax)
	defer end()
	var todo []Left
	for _, name := range names {
		todo = append(todo, Left{name, errTime})
	}
	for len(todo) > 0 {
		now := min(callsMax, len(todo))
		var again []Left
		for _, c := range todo[:now] {
			err := client.DeregisterConsumer(ctx, streamARN, c.Name)
			switch {
			case err == nil, problem(err) == stream.NotFound:
			case ctx.Err() != nil:
				left = append(left, c)
			case later(err):
				again = append(again, Left{c.Name, err})
			default:
				left = append(left, Left{c.Name, err})
			}
		}
		if todo = append(todo[now:], again...); len(todo) > 0 && client.Wait(ctx, pause) != nil {
			break
		}
	}
	return append(left, todo...)
}

// later tells whether a consumer may be removed in a while. InUse is one that is
// CREATING, or DELETING since an answer was lost.
func later(err error) bool {
	var failed *stream.Error
	return errors.As(err, &failed) && (failed.Passing() || failed.Problem == stream.InUse)
}
