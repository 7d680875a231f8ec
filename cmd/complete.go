package cmd

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kinspect/internal/awsconf"
	"kinspect/internal/decode"
	"kinspect/internal/render"
	"kinspect/internal/stream"
)

// completeMax is how long the shell waits for the account, IMDS and all.
const completeMax = 2 * time.Second

// completing bounds what a shell waits for; an endpoint in this process answers.
func (a *app) completing(c *cobra.Command) (context.Context, context.CancelFunc) {
	if a.flags.local != "" {
		return context.WithCancel(c.Context())
	}
	return context.WithTimeout(c.Context(), completeMax)
}

// words are what a flag can be given, by its name, or by command and name where
// commands differ. A description may follow behind a tab.
var words = map[string][]string{
	"color":           {"auto", "always", "never"},
	"at":              ago,
	"opaque":          {"hole", "bytes"},
	"order":           {orderShard, orderArrival},
	"read-share":      {"0.2", "0.4", "0.6", "1", "off\tas fast as it goes; on AWS only with --fan-out"},
	"region":          stream.Regions(""),
	"time":            {"local", "utc"},
	"until":           append([]string{"now"}, ago...),
	"tail from":       append([]string{"latest", "trim-horizon"}, ago...),
	"trace from":      ago,
	"tail output":     render.Formats(),
	"trace output":    {"text", "json"},
	"verify output":   {"text", "json"},
	"merge output":    {"text", "json"},
	"shardmap output": {"text", "json", "dot", "svg"},
}

var ago = []string{"15m", "1h", "24h", "3d"}

const (
	completionLong = `Print the script by which a shell completes commands, flags and their values, and
from your account the names of streams and shards: with the region, profile or
endpoint that stands on the line already. It asks kinesis:ListStreams and
kinesis:ListShards, for 2 s at the most; what is denied is not completed.
Each shell's own --help tells where its script belongs.`
	completionExample = `  kinspect completion bash > /etc/bash_completion.d/kinspect
  source <(kinspect completion zsh)
  kinspect completion fish > ~/.config/fish/completions/kinspect.fish
  kinspect completion powershell | Out-String | Invoke-Expression`
)

// complete tells the shells what may stand where: names of streams first, and of
// each flag what its name, or the placeholder in its help, asks for.
func (a *app) complete(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	commands := below(root)
	for _, c := range commands {
		if c.Name() == "completion" {
			c.Long, c.Example = completionLong, completionExample
		}
		if strings.Contains(c.Use, " STREAM") {
			c.ValidArgsFunction = a.streams
		}
		c.Flags().VisitAll(func(f *pflag.Flag) { a.completeFlag(c, f) })
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { a.completeFlag(root, f) })
	if len(a.Args) > 0 && a.Args[0] == cobra.ShellCompRequestCmd {
		plain(root.PersistentFlags())
		for _, c := range commands {
			plain(c.Flags())
		}
	}
}

// below are the commands of c, and theirs.
func below(c *cobra.Command) (all []*cobra.Command) {
	for _, child := range c.Commands() {
		all = append(append(all, child), below(child)...)
	}
	return all
}

func (a *app) completeFlag(c *cobra.Command, f *pflag.Flag) {
	placeholder, _ := pflag.UnquoteUsage(f)
	known, ok := words[c.Name()+" "+f.Name]
	if !ok {
		known, ok = words[f.Name]
	}
	does := cobra.NoFileCompletions
	switch {
	case ok:
		does = cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder)
	case f.Name == "shard":
		does = a.shards
	case f.Name == "decode":
		does = layers
	case placeholder == "file" || placeholder == "receipt":
		return // which the shell completes
	}
	_ = c.RegisterFlagCompletionFunc(f.Name, does) // a flag that has one keeps it
}

// plain takes the marks of placeholders out of what a shell shows beside a flag.
func plain(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) })
}

// streams completes STREAM by the account's own, and no other operand.
func (a *app) streams(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := a.completing(c)
	defer cancel()
	names, _ := a.listStreams(ctx) // a shell has no place for an error
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) listStreams(ctx context.Context) ([]string, error) {
	switch {
	case a.flags.local == sample:
		return []string{"checkout"}, nil
	case a.flags.local != "": // a capture goes by any name
		return []string{captureName(a.flags.local)}, nil
	}
	cfg, err := awsconf.Load(ctx, a.flags.Options)
	if err != nil {
		return nil, err
	}
	return stream.New(cfg, "", stream.RealTime{}).ListStreams(ctx)
}

// shards completes a shard of the STREAM that was given; putrec's must take writes.
func (a *app) shards(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := a.completing(c)
	defer cancel()
	ids, _ := a.listShards(ctx, args, c.Name() == "putrec")
	return ids, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) listShards(ctx context.Context, args []string, open bool) ([]string, error) {
	if len(args) == 0 {
		return nil, errors.New("no stream is given")
	}
	c, err := a.dial(ctx, args[0], false)
	if err != nil {
		return nil, err
	}
	lineage, err := c.ListShards(ctx)
	var ids []string
	for _, s := range lineage {
		id := s.ID
		switch {
		case s.Closed() && open:
			continue
		case s.Closed():
			id += "\tclosed"
		}
		ids = append(ids, id)
	}
	return ids, err
}

// layers completes the last name of a list.
func layers(_ *cobra.Command, _ []string, given string) ([]string, cobra.ShellCompDirective) {
	before := given[:strings.LastIndexByte(given, ',')+1]
	names := decode.LayerNames()
	if before == "" {
		names = append([]string{"auto", "none"}, names...)
	}
	bar := ""
	if strings.HasPrefix(given[len(before):], "-") {
		bar = "-"
	}
	var lists []string
	for _, name := range names {
		lists = append(lists, before+bar+name)
	}
	return lists, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
