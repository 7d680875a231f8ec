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
	// A closed pipe is success, not a death. What is ignored would be inherited by
	// the command that local runs; what is caught is not.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends at once
	os.Exit(cmd.Main(ctx, cmd.System()))
}
