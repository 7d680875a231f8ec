package cmd

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"kinspect/internal/record"
	"kinspect/shardmap"
)

type shardmapFlags struct {
	hashKeys []string
	output   string
}

func (a *app) shardmap() *cobra.Command {
	f := &shardmapFlags{}
	c := &cobra.Command{
		Use:   "shardmap STREAM [KEY...]",
		Short: "Show a stream's shards, or which of them takes a partition key, now and before",
		Long: `Show a stream's shards with their ranges and lineage, or for each partition key
the shard that takes it now and those that took it before, with from and until.
A producer that sets an explicit hash key, as the KPL does, goes its own way.

` + exitCodesShardmap,
		Example: `  kinspect shardmap orders
  kinspect shardmap orders user-88 user-89 -o json
  kinspect shardmap checkout user-104 --local`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			keys, err := shardmap.Keys(args[1:], f.hashKeys)
			if err != nil {
				return &usageError{err: err}
			}
			return a.runShardmap(c.Context(), f, keys, args[0])
		},
	}
	c.Flags().StringArrayVar(&f.hashKeys, "hash-key", nil, "look up a hash `key`, a decimal number, instead of a partition key; may be given again")
	c.Flags().StringVarP(&f.output, "output", "o", "text", "print `text` or json")
	return c
}

func (a *app) runShardmap(ctx context.Context, f *shardmapFlags, keys iter.Seq2[shardmap.Key, error], name string) error {
	c, err := a.connect(ctx, name, false)
	if err != nil {
		return err
	}
	lineage, err := c.ListShards(ctx)
	if err != nil {
		return err
	}
	m := shardmap.Build(header(c), lineage, c.Clock.Now())
	return m.Print(a.out, shardmap.Options{Format: shardmap.Format(f.output), Keys: keys})
}

func header(c connection) shardmap.Header {
	endpoint := c.endpoint
	if endpoint == "" {
		endpoint = c.Endpoint()
	}
	if c.Capture { // what else its endpoint says of the stream is made up
		return shardmap.Header{Endpoint: endpoint, Stream: shardmap.Stream{Name: c.Name, Capture: true}}
	}
	if c.Denied != nil {
		return shardmap.Header{
			Account: c.Account, Region: c.Summary.Region, Endpoint: endpoint,
			Stream: shardmap.Stream{Name: c.Name, ARN: c.ARN},
		}
	}
	return shardmap.Header{
		Account: c.Account, Region: c.Summary.Region, Endpoint: endpoint,
		Stream: shardmap.Stream{
			Name: c.Name, ARN: c.ARN, Status: c.Status, Mode: c.Mode,
			CreatedAt: &record.Timestamp{Time: c.CreatedAt}, RetentionHours: int(c.Retention.Hours()),
			EncryptionType: c.Encryption, DistributionStrategy: c.Distribution,
		},
	}
}
