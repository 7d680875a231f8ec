package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
	"kinspect/internal/pace"
	"kinspect/internal/services"
	"kinspect/internal/stream"
	"kinspect/internal/term"
)

const captureHint = "a capture is what tail -o json wrote"

// localRegion is the region of every endpoint in this process.
const localRegion = "us-east-1"

// connection is a stream that answers, as it was described first.
type connection struct {
	*stream.Client
	stream.Summary
	// endpoint names an endpoint in this process, a capture by its file; empty for
	// any other.
	endpoint string
	// account asks whose credentials the calls are made with, where they go to AWS.
	account func(context.Context) string
	// services are those around the stream; nil for an endpoint in this process.
	services *services.Services
}

// notReady is a stream that takes no calls yet, or none any more.
type notReady struct{ stream, status string }

func (e *notReady) Error() string { return fmt.Sprintf("stream %q is still %s", e.stream, e.status) }

func (e *notReady) hint() string {
	switch {
	case e == nil:
		return ""
	case e.status == "DELETING":
		return "a stream of that name can be created again once aws kinesis wait stream-not-exists --stream-name " + e.stream + " returns"
	}
	return "aws kinesis wait stream-exists --stream-name " + e.stream + " returns once it is ACTIVE"
}

// connect opens the stream. Live tells that we stay at its tip: then an
// endpoint in this process lets time pass as it does.
func (a *app) connect(ctx context.Context, name string, live bool) (connection, error) {
	c, err := a.dial(ctx, name, live)
	if err != nil {
		return connection{}, err
	}
	return a.described(ctx, name, c)
}

// connectReader is connect for what reads at a share of the shards' quotas, or by so
// many consumers of its own.
func (a *app) connectReader(ctx context.Context, name string, live bool, share pace.Share, by fanOut) (connection, error) {
	c, err := a.dial(ctx, name, live)
	if err != nil {
		return connection{}, err
	}
	if err := checkShare(share, by.n > 0, c.Client); err != nil {
		return connection{}, err
	}
	return a.described(ctx, name, c)
}

// described is the connection once the stream has answered.
func (a *app) described(ctx context.Context, name string, c connection) (_ connection, err error) {
	answered := a.patience(fmt.Sprintf("still trying kinesis:DescribeStreamSummary on stream %q %s", name, c.where()))
	c.Summary, err = c.Describe(ctx)
	answered()
	if err != nil {
		lost := &noStream{name: name, region: c.Client.Region(), where: c.where(), err: err}
		if lost.missing() && a.flags.local == "" {
			lost.search(ctx, c)
		}
		return connection{}, lost
	}
	if c.Denied != nil {
		a.undescribed(ctx, &c)
	}
	if c.Status == "CREATING" || c.Status == "DELETING" {
		return connection{}, &notReady{c.Name, c.Status}
	}
	return c, nil
}

// undescribed goes on without the stream's description, and says so. Who names a
// stream means one of the own account.
func (a *app) undescribed(ctx context.Context, c *connection) {
	if c.Account == "" && c.account != nil && c.Endpoint() == "" {
		c.Account = c.account(ctx)
	}
	if !a.flags.quiet {
		a.notice(c.Denied.Reason() + ": the stream's retention period, mode, encryption and record size are unknown")
		a.hint(permission(c.Denied.Action))
	}
}

// where is the endpoint, or the region of AWS' own.
func (c connection) where() string {
	if url := c.Endpoint(); url != "" {
		return "at " + url
	}
	return "in " + c.Client.Region()
}

// patienceMax is how long the first call may stay unanswered before we say so.
const patienceMax = 2 * time.Second

// patience says on standard error what we are waiting for, unless the returned
// function is called before patienceMax is over.
func (a *app) patience(text string) (over func()) {
	if a.flags.quiet {
		return func() {}
	}
	said := make(chan struct{})
	timer := time.AfterFunc(patienceMax, func() {
		defer close(said)
		fmt.Fprintf(a.err, "kinspect: note: %s\n", term.EscapeLine(text))
	})
	return func() {
		if !timer.Stop() {
			<-said
		}
	}
}

// badName is a name that no stream can have.
func badName(name string) error {
	return &usageError{
		err:  fmt.Errorf("stream %q: %w", name, errBadName),
		hint: "a name has 1 to 128 of the characters a-z A-Z 0-9 _ . -, and an ARN looks like arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
	}
}

func (a *app) dial(ctx context.Context, name string, live bool) (connection, error) {
	if !stream.ValidName(name) {
		return connection{}, badName(name)
	}
	if a.flags.local != "" {
		return a.dialLocal(name, live)
	}
	options := a.flags.Options
	if parts := strings.Split(name, ":"); parts[0] == "arn" && len(parts) > 3 {
		if options.Region != "" && options.Region != parts[3] {
			return connection{}, &usageError{err: errOtherRegion, hint: "leave --region out: an ARN tells its own"}
		}
		options.Region = parts[3] // the SDK takes its own region, not the ARN's
	}
	cfg, err := awsconf.Load(ctx, options)
	if err != nil {
		return connection{}, err
	}
	client := stream.New(cfg, name, stream.RealTime{})
	return connection{
		Client:   client,
		account:  func(ctx context.Context) string { return awsconf.Account(ctx, cfg) },
		services: services.Around(awsconf.Around(cfg, options), client),
	}, nil
}

func (a *app) dialLocal(name string, live bool) (connection, error) {
	clock := local.NewJumpClock(a.Now())
	server, err := a.localServer(clock, name)
	if err != nil {
		return connection{}, err
	}
	var ours stream.Time = clock
	if live {
		ours = steady{clock}
	}
	c := connection{Client: stream.New(awsconf.InProcess(server, localRegion), name, ours), endpoint: "local"}
	if a.capture() {
		c.endpoint = a.flags.local
	}
	return c, nil
}

// localServer holds the sample stream, or the capture under the stream's name.
func (a *app) localServer(clock *local.JumpClock, name string) (*local.Server, error) {
	if a.flags.local == sample {
		return local.Sample(clock)
	}
	file, err := os.Open(a.flags.local)
	if err != nil {
		return nil, fmt.Errorf("reading the capture: %w", err)
	}
	defer file.Close()
	server, err := local.Capture(clock, name, file)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("reading the capture %s: %w", a.flags.local, err), hint: captureHint}
	}
	return server, nil
}

// steady is a clock of an endpoint in this process that does not jump.
type steady struct{ *local.JumpClock }

// Sleep waits as long as it says.
func (steady) Sleep(ctx context.Context, d time.Duration) error {
	return stream.RealTime{}.Sleep(ctx, d)
}
