// Kinspect says what is in an AWS Kinesis stream.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"kinspect/cmd"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is success, not a death
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends at once
	os.Exit(cmd.Main(ctx, cmd.System()))
}
