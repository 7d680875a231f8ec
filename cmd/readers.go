package cmd

import (
	"context"
	"errors"
	"fmt"

	"kinspect/internal/audience"
	"kinspect/shardmap"
)

var errCaptureConsumers = errors.New("--consumers: nothing reads a capture")

// readers asks who reads the stream, which may take half a minute.
func (a *app) readers(ctx context.Context, c connection) ([]audience.Consumer, error) {
	if c.Capture {
		return nil, &usageError{err: errCaptureConsumers}
	}
	answered := a.patience(fmt.Sprintf("still asking who reads stream %q", c.Name))
	defer answered()
	return c.services.Consumers(ctx, c.Client, audience.Question{Name: c.Name, ARN: c.ARN, RecordBytesMax: c.RecordBytesMax}, nil), ctx.Err()
}

// checkConsumers refuses --consumers where it would be asked in vain.
func (f *shardmapFlags) checkConsumers(format shardmap.Format, keys bool) error {
	const without = "leave out one of them"
	switch {
	case !f.consumers:
		return nil
	case f.shards != "":
		return &usageError{err: errors.New("--consumers asks who reads the stream, and --shards connects to nothing"), hint: without}
	case keys || f.suggest:
		return &usageError{err: errors.New("--consumers is about the whole stream, and keys are not"), hint: without}
	case f.at != "":
		return &usageError{err: errors.New("--consumers tells who reads the stream now, and --at asks for another time"), hint: without}
	case format.Draws():
		return &usageError{err: fmt.Errorf("-o %s draws the shards, and no consumers", format), hint: "-o text and -o json tell them"}
	}
	return nil
}
