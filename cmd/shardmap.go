package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kinspect/shardmap"
)

type shardmapFlags struct {
	hashKeys                 []string
	keys, shards, at, output string
	suggest, consumers       bool
	leaseTables              []string
}

func (a *app) shardmap() *cobra.Command {
	f := &shardmapFlags{}
	c := &cobra.Command{
		Use:   "shardmap STREAM [KEY...]",
		Short: "Show a stream's shards, or which of them takes a partition key, now and before",
		Long: `Show a stream's shards with their ranges and lineage: a row a shard, its range as
a bar over the key space, lines where shards were split or merged. On a terminal
the oldest closed shards are left out where there are many; a pipe shows all.

With keys, show for each the shard that takes it now and those that took it
before, with from and until. --keys reads them from a file, a line each, and shows
how many each shard takes, with a bar: × fair is how many times an equal share of
all keys that is. With -o json each key's shards are a line, in the order asked. A
line that is no partition key is named on standard error and passed over.

A partition key's MD5 chooses the shard. A producer that sets an explicit hash key,
as the KPL does, goes its own way (--hash-key), and on a stream with AUTO
distribution no key chooses the shard. What an answer depends on beside that, such
as a description that was denied, is said with it, in -o json under caveats.

--at shows how the shards stood at a time, as far as they are listed still.
--shards reads the shards from a file that aws kinesis list-shards wrote and makes
no connection; STREAM is then just the name that is shown.

--consumers tells who reads the stream too, as far as Kinesis, Lambda, Firehose and
Managed Flink tell: since when, and what each can and cannot tell about one event; and
who owns which shard in the applications of the KCL whose tables --lease-table names.
What may not be asked is not checked, which is said with the permission that it takes.

` + exitCodesShardmap,
		Example: `  kinspect shardmap orders
  kinspect shardmap orders user-88 user-89 -o json
  kinspect shardmap orders user-88 --at 2h
  cut -d, -f2 orders.csv | kinspect shardmap orders --keys -
  kinspect shardmap orders -o svg >orders.svg
  kinspect shardmap orders --shards shards.json --suggest
  kinspect shardmap orders --consumers --lease-table orders-app
  kinspect shardmap checkout user-104 --local`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := checkOffline(c, f); err != nil {
				return err
			}
			return a.runShardmap(c.Context(), f, args[0], args[1:])
		},
	}
	b := c.Flags()
	b.StringArrayVar(&f.hashKeys, "hash-key", nil, "look up a hash `key`, a decimal number, instead of a partition key; may be given again")
	b.StringVar(&f.keys, "keys", "", "look up the lines of this `file`, a partition key each; - is standard input")
	b.StringVar(&f.at, "at", "", "show the shards as they stood at this `time`")
	b.BoolVar(&f.suggest, "suggest", false, "print a partition key for each shard that takes writes")
	b.StringVar(&f.shards, "shards", "", "read the shards from this `file`, the output of aws kinesis list-shards, and connect to nothing; - is standard input")
	b.BoolVar(&f.consumers, "consumers", false, "tell who reads the stream too: registered consumers, Lambda, Firehose and Managed Flink")
	b.StringArrayVar(&f.leaseTables, "lease-table", nil, "with --consumers, tell of an application of the KCL too: the `name` of its lease table in DynamoDB; may be repeated")
	b.StringVarP(&f.output, "output", "o", "text", "print `text`, json, dot or svg")
	return c
}

// runShardmap checks all that is asked before it asks for the shards.
func (a *app) runShardmap(ctx context.Context, f *shardmapFlags, name string, operands []string) error {
	keys, err := shardmap.Keys(operands, f.hashKeys)
	if err != nil {
		return &usageError{err: err}
	}
	format, err := f.format(keys != nil || f.keys != "")
	if err != nil {
		return err
	}
	var lines io.ReadCloser
	if f.keys != "" {
		if lines, err = a.openInput(f.keys); err != nil {
			return fmt.Errorf("reading the keys: %w", err)
		}
		defer lines.Close()
	}
	m, err := a.shardMap(ctx, f, name)
	if err != nil {
		return err
	}
	refused := &refusals{out: a.err, what: "not a key"}
	anyRefused := false
	o := shardmap.Options{Format: format, Keys: keys, Suggest: f.suggest}
	input := &stoppable{ctx: ctx, Reader: lines}
	if lines != nil {
		o.Lines = input
		o.Refused = func(line int, why error) {
			anyRefused = true
			refused.tell(line, why.Error())
		}
	}
	a.tellUncarried(m, o)
	err = m.Print(a.out, o)
	refused.flush()
	if lines != nil && !input.some && err == nil && !a.flags.quiet {
		fmt.Fprintln(a.err, "kinspect: note: no keys to look up in --keys: the input is empty")
	}
	if err == nil && anyRefused {
		return exitIncomplete
	}
	return err
}

// format reads -o, and refuses what cannot be asked together.
func (f *shardmapFlags) format(keys bool) (shardmap.Format, error) {
	format, err := shardmap.ParseFormat(f.output)
	switch {
	case err != nil:
		return "", &usageError{err: err}
	case f.suggest && keys:
		return "", &usageError{err: errors.New("--suggest finds keys, and is given some"), hint: "leave out --suggest, or the keys"}
	case format.Draws() && (keys || f.suggest):
		return "", &usageError{err: fmt.Errorf("-o %s draws the whole map, which answers no keys", format), hint: "-o text and -o json do"}
	case f.keys == "-" && f.shards == "-":
		return "", &usageError{err: errors.New("--keys and --shards both read standard input"), hint: "give one of them a file"}
	}
	return format, f.checkConsumers(format, keys)
}

// tellUncarried says on standard error what JSON Lines have no place for: what
// the map they come from lacks.
func (a *app) tellUncarried(m *shardmap.Map, o shardmap.Options) {
	if whole := o.Keys == nil && o.Lines == nil && !o.Suggest; whole || o.Format != shardmap.JSON {
		return
	}
	for _, c := range m.Caveats {
		if c.Code != shardmap.CaveatUndescribed { // which each line carries
			a.notice(c.Text)
		}
	}
}
