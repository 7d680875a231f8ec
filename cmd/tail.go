package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/term"
	"kinspect/tail"
)

type tailFlags struct {
	from, until, jq, grep, regexp       string
	output, template, time, resume      string
	order                               string
	readShare                           string
	fanOut                              fanOut
	partitionKeys                       []string
	decode                              decodeFlags
	shards                              []string
	noFollow, ignoreCase, force, narrow bool
	limit                               int
	memory                              memory
}

func (a *app) tail() *cobra.Command {
	f := &tailFlags{}
	c := &cobra.Command{
		Use:   "tail STREAM",
		Short: "Follow the shards of a stream and print its records",
		Long: "Follow the shards of a stream, through reshards, and print its records decoded.\n" +
			"A capture is read from its beginning to its end.\n\n" +
			"A --template has the keys of -o json for fields. Beside Go's own functions it has\n" +
			"json, and base64d for the bytes of dataBase64. Without a field it prints <no value>;\n" +
			"a record on which it fails is printed as -o json prints it, with a last key\n" +
			"templateError, and counted.\n\n" +
			"Records on which --jq fails are counted. One without a text that any output needs,\n" +
			"as ord-7 in select(.id == \"ord-7\"), is passed over before it is parsed.\n\n" +
			"--shard reads those shards alone, and ends with them; without it the shards that\n" +
			"take over are followed.\n\n" +
			"With --resume FILE the positions in all shards are kept in FILE, which is replaced\n" +
			"at once or not at all. The same command then goes on after the last record printed,\n" +
			"also after a crash: nothing is left out. After a clean end (Ctrl-C, -n, --until)\n" +
			"nothing is printed twice; after a kill -9 the last step of each shard, one answer of\n" +
			"GetRecords, may be. What may have expired between two runs is said. The file wins\n" +
			"over --from, which is for the first run. Another stream, one that was created anew,\n" +
			"or other flags that choose records are refused: what they would have chosen before\n" +
			"the positions would be left out silently.\n\n" +
			orderLong + "\n\n" +
			"--narrow reads only the shards that the MD5 of each --partition-key names. It misses\n" +
			"records put with an explicit hash key, as the KPL puts all of its own.\n\n" +
			fanOutLong + "\n\n" + exitCodesTail,
		Example: `  kinspect tail orders
  kinspect tail orders --from 15m --grep ord-7
  kinspect tail orders --from trim-horizon --no-follow -o json > orders.jsonl
  kinspect tail orders --template '{{.partitionKey}} {{.data.orderId}} {{json .data.items}}'
  kinspect tail orders --from trim-horizon -o json --resume orders.position >> orders.jsonl
  kinspect tail orders --from 1h --no-follow --order arrival
  kinspect tail orders --shard 3 --from 1h -n 1 -o raw > blob
  kinspect tail orders --fan-out
  kinspect tail checkout --from trim-horizon --no-follow --local`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("limit") && f.limit < 1 {
				return &usageError{err: fmt.Errorf("--limit %d prints nothing", f.limit), hint: "leave it out to print all records"}
			}
			if err := f.checkOutput(c.Flags().Changed("output"), a.out); err != nil {
				return err
			}
			return a.runTail(c.Context(), f, args[0])
		},
	}
	b := c.Flags()
	b.StringVar(&f.from, "from", "", "where to start: latest (the default), trim-horizon (that of a capture), a `time`, a time ago (15m, 2h, 3d), or a sequence number")
	b.StringVar(&f.until, "until", "", "where to end: a `time`, a time ago, or now")
	b.BoolVar(&f.noFollow, "no-follow", false, "end when every shard was read up to now")
	b.IntVarP(&f.limit, "limit", "n", 0, "end after this `number` of printed records, 1 or more")
	b.StringArrayVar(&f.shards, "shard", nil, "read only this shard `ID`, or its bare number; may be given again")
	b.StringArrayVar(&f.partitionKeys, "partition-key", nil, "print only records with this `key`; all shards are read; may be given again")
	b.BoolVar(&f.narrow, "narrow", false, "read only the shards that the partition keys' MD5 names, as if no producer set explicit hash keys")
	b.StringVar(&f.resume, "resume", "", "go on where this `file` says, and keep the positions there")
	b.StringVar(&f.order, "order", orderShard, "print each `shard` in its own order, as it comes; or all by arrival time: arrival")
	b.StringVar(&f.time, "time", "utc", "the `zone` of the times that -o pretty prints: utc or local")
	bindOnce(b, &f.grep, "grep", "print only records whose decoded data or key holds this `text`")
	bindOnce(b, &f.regexp, "regexp", "print only records in whose decoded data or key this regular `expression` (RE2) matches")
	b.BoolVarP(&f.ignoreCase, "ignore-case", "i", false, "let --grep and --regexp ignore case")
	bindOnce(b, &f.jq, "jq", "replace the data by each output of this jq `expression`; $meta is the envelope")
	f.decode.bind(b)
	bindMemory(b, &f.memory)
	bindShare(b, &f.readShare, tailReadShare)
	bindFanOut(b, &f.fanOut, 1, "read by enhanced fan-out: by a consumer that is registered for this run, and removed at its end; AWS bills it")
	b.StringVarP(&f.output, "output", "o", "pretty", "print `pretty`, json (an envelope a line), data (the decoded data a line) or raw (the data's bytes as they were put, with nothing between two records)")
	b.StringVar(&f.template, "template", "", "print a line by this Go `template` on the envelope, such as '{{.partitionKey}} {{.data.orderId}}'")
	b.BoolVar(&f.force, "force", false, "let -o raw write to a terminal")
	return c
}

func (f *tailFlags) compile(o *tail.Options, out *term.Output) (err error) {
	if o.Renderer, err = f.renderer(out); err != nil {
		return &usageError{err: err}
	}
	if o.ReadShare, err = parseShare(f.readShare); err != nil {
		return err
	}
	if o.Decoder, err = f.decode.decoder(); err != nil {
		return err
	}
	if f.jq != "" {
		o.JQ, err = jq.Compile(f.jq)
	}
	return err
}

func (f *tailFlags) where() (match.Matcher, error) {
	var all []match.Matcher
	if len(f.partitionKeys) > 0 {
		all = append(all, match.PartitionKeys(f.partitionKeys...))
	}
	if f.grep != "" {
		all = append(all, match.Grep(f.grep, f.ignoreCase))
	}
	if f.regexp != "" {
		m, err := regexpOf(f.regexp, f.ignoreCase)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if f.ignoreCase && f.grep == "" && f.regexp == "" {
		return nil, &usageError{err: errors.New("--ignore-case is for --grep and --regexp, and neither is given")}
	}
	return match.All(all...), nil
}

// shardIDs completes bare numbers: 3 is shardId-000000000003.
func shardIDs(given []string) []string {
	ids := make([]string, len(given))
	for i, id := range given {
		ids[i] = id
		if id != "" && strings.Trim(id, "0123456789") == "" {
			ids[i] = fmt.Sprintf("shardId-%012s", id)
		}
	}
	return ids
}

// notice says at once what goes wrong while a command goes on.
func (a *app) notice(text string) {
	fmt.Fprint(a.err, warning(text))
}

func warning(text string) string {
	return fmt.Sprintf("kinspect: warning: %s\n", term.EscapeLine(text))
}
