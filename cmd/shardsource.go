package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/stream"
	"kinspect/shardmap"
)

const listingHint = "make it with: aws kinesis list-shards --output json --stream-name "

// shardMap maps the stream, or the shards in a file, at the time asked for.
func (a *app) shardMap(ctx context.Context, f *shardmapFlags, name string) (*shardmap.Map, error) {
	if f.at != "" { // before a call is made
		if _, err := position.ParseTime(f.at, a.Now()); err != nil {
			return nil, &usageError{err: fmt.Errorf("--at %w", err), hint: timeHint}
		}
	}
	h, lineage, now, err := a.lineage(ctx, f, name)
	if err != nil {
		return nil, err
	}
	if f.at == "" {
		return shardmap.Build(h, lineage, now), nil
	}
	at, err := position.ParseTime(f.at, now) // by the server's clock
	if err != nil {
		return nil, err
	}
	m, err := shardmap.BuildAt(h, lineage, at, now)
	if err != nil {
		return nil, &usageError{err: fmt.Errorf("--at %w", err), hint: "times without a zone are UTC"}
	}
	return m, nil
}

// lineage is the stream's shards, and what time it is for them.
func (a *app) lineage(ctx context.Context, f *shardmapFlags, name string) (shardmap.Header, shard.Lineage, time.Time, error) {
	if f.shards != "" {
		l, err := a.readListing(ctx, f.shards, name)
		if err != nil {
			return shardmap.Header{}, nil, time.Time{}, err
		}
		return l.Header, l.Shards, a.Now(), nil
	}
	c, err := a.connect(ctx, name, false)
	if err != nil {
		return shardmap.Header{}, nil, time.Time{}, err
	}
	lineage, err := c.ListShards(ctx)
	h, now := header(c), c.Clock.Now()
	if err == nil && f.consumers {
		h.Consumers, err = a.readers(ctx, c, lineage, f.leaseTables)
	}
	return h, lineage, now, err
}

// offline are the flags that say whom to ask, which --shards does not.
var offline = []string{"region", "profile", "endpoint-url", "local"}

// checkOffline refuses what would go without effect beside --shards.
func checkOffline(c *cobra.Command, f *shardmapFlags) error {
	for _, name := range offline {
		if f.shards != "" && c.Flags().Changed(name) {
			return &usageError{err: fmt.Errorf("--shards makes no connection that --%s could choose", name), hint: "leave out one of them"}
		}
	}
	return nil
}

// readListing reads the shards from a file. The name is the caller's: a listing
// tells none.
func (a *app) readListing(ctx context.Context, path, name string) (shardmap.Listing, error) {
	if !stream.ValidName(name) {
		return shardmap.Listing{}, badName(name)
	}
	file, err := a.openInput(path)
	if err != nil {
		return shardmap.Listing{}, fmt.Errorf("reading the shards: %w", err)
	}
	defer file.Close()
	l, err := shardmap.ReadListing(&stoppable{ctx: ctx, Reader: file}, name)
	if ctx.Err() != nil {
		return shardmap.Listing{}, ctx.Err()
	}
	if err != nil {
		if path == "-" {
			path = "standard input"
		}
		return shardmap.Listing{}, &usageError{err: fmt.Errorf("%s is not the output of list-shards: %w", path, err), hint: listingHint + l.Stream.Name + " >shards.json"}
	}
	return l, nil
}

// openInput opens a file, or standard input for -.
func (a *app) openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(a.Stdin), nil
	}
	return os.Open(path)
}

func header(c connection) shardmap.Header {
	endpoint := c.endpoint
	if endpoint == "" {
		endpoint = c.Endpoint()
	}
	if c.Capture { // what else its endpoint says of the stream is made up
		return shardmap.Header{Endpoint: endpoint, Stream: shardmap.Stream{Name: c.Name, Capture: true}}
	}
	h := shardmap.Header{
		Account: c.Account, Region: c.Summary.Region, Endpoint: endpoint,
		Stream: shardmap.Stream{Name: c.Name, ARN: c.ARN}, Undescribed: c.Denied != nil,
	}
	if c.Denied != nil { // all else is only what can be counted on
		return h
	}
	h.Stream.Status, h.Stream.Mode = c.Status, c.Mode
	h.Stream.RetentionHours, h.Stream.EncryptionType = int(c.Retention.Hours()), c.Encryption
	h.Stream.DistributionStrategy, h.Stream.Consumers = c.Distribution, &c.Consumers
	if !c.CreatedAt.IsZero() {
		h.Stream.CreatedAt = &record.Timestamp{Time: c.CreatedAt}
	}
	return h
}

// stoppable is an input that Ctrl-C ends also while nothing comes.
type stoppable struct {
	ctx context.Context
	io.Reader
	some bool // has come
}

func (s *stoppable) Read(p []byte) (int, error) {
	type read struct {
		data []byte
		err  error
	}
	came := make(chan read, 1)
	go func() {
		data := make([]byte, len(p)) // p is the caller's again after Ctrl-C
		n, err := s.Reader.Read(data)
		came <- read{data[:n], err}
	}()
	select {
	case r := <-came:
		s.some = s.some || len(r.data) > 0
		return copy(p, r.data), r.err
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}
