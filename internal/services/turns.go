package services

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kinspect/internal/stream"
	"kinspect/internal/term"
)

const (
	// turnGap keeps to 3 calls a second behind the first turnsAtOnce, so that no second has
	// more than the 5 that Firehose takes of an account. Lambda takes 15.
	//
	// https://docs.aws.amazon.com/firehose/latest/dev/limits.html
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	turnGap     = time.Second / 3
	turnsAtOnce = 3
	// turnsTime is how long after the first call another is made, some 60 in all. With the
	// last call's own time it keeps a service within 30 s.
	turnsTime = 20 * time.Second
	// failuresMax is how many in a row are not described before the rest is left.
	failuresMax = 3
)

var (
	errTurns       = &Unasked{fmt.Sprintf("it takes more than %v", turnsTime)}
	errInterrupted = &Unasked{"interrupted"}
)

// turns are the calls to one service, one after another.
type turns struct {
	began time.Time
	n     int
}

// next waits until another call may be made. Errors are errTurns, or errInterrupted.
func (t *turns) next(ctx context.Context) error {
	now := time.Now()
	if t.n == 0 {
		t.began = now
	}
	wait := max(0, time.Duration(t.n-turnsAtOnce+1)*turnGap-now.Sub(t.began))
	if now.Add(wait).Sub(t.began) > turnsTime {
		return errTurns
	}
	t.n++
	if err := (stream.RealTime{}).Sleep(ctx, wait); err != nil {
		return errInterrupted
	}
	return nil
}

// describe asks after each of some names, and fails with how many it did not come to, and
// why. One that is gone by then does not count.
func describe[T any](ctx context.Context, t *turns, names []string, one func(context.Context, string) (T, error)) (all []T, err error) {
	untold, failures := 0, 0
	var why error
	for i, name := range names {
		err := t.next(ctx)
		if failures == failuresMax {
			err = why
		}
		if err != nil {
			return all, leftOut(untold+len(names)-i, len(names), err)
		}
		described, err := one(ctx, name)
		var failed *stream.Error
		switch {
		case err == nil:
			all, failures = append(all, described), 0
		case errors.As(err, &failed) && failed.Problem == stream.NotFound:
		default:
			untold, failures, why = untold+1, failures+1, err
		}
	}
	return all, leftOut(untold, len(names), why)
}

// leftOut says how many of all were not looked at, and why; nil where none.
func leftOut(n, of int, why error) error {
	switch n {
	case 0:
		return nil
	case of:
		return why
	}
	return &Unasked{fmt.Sprintf("%s of %s were not looked at: %s", term.Number(n), term.Number(of), Why(why))}
}
