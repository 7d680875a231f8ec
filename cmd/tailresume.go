package cmd

import (
	"fmt"

	"kinspect/internal/decode"
	"kinspect/internal/term"
	"kinspect/tail"
)

// resumes reads the file to go on from, before any call is made.
func (f *tailFlags) resumes(o *tail.Options) error {
	if f.narrow && len(f.partitionKeys) == 0 {
		return &usageError{err: errNarrowKey}
	}
	if f.resume == "" {
		return nil
	}
	last, err := tail.ReadCheckpoint(f.resume)
	o.Resume = &tail.Resume{Path: f.resume, Last: last, Filters: f.filters()}
	return err
}

// filters are the flags that choose records, or what others choose them by.
func (f *tailFlags) filters() []string {
	all := []string{}
	add := func(flag string, values ...string) {
		for _, v := range values {
			if v != "" {
				all = append(all, "--"+flag+"="+v)
			}
		}
	}
	add("shard", shardIDs(f.shards)...)
	add("partition-key", f.partitionKeys...)
	add("grep", f.grep)
	add("regexp", f.regexp)
	add("jq", f.jq)
	if f.decode.layers != decode.Auto.String() {
		add("decode", f.decode.layers)
	}
	add("avro", f.decode.avro)
	add("proto", f.decode.proto)
	add("message", f.decode.message)
	if f.ignoreCase {
		add("ignore-case", "true")
	}
	if f.narrow {
		add("narrow", "true")
	}
	return all
}

// tellResumed says that the file decides where to begin.
func (a *app) tellResumed(f *tailFlags, o tail.Options) {
	if o.Resume != nil && o.Resume.Last != nil && f.from != "" && !a.flags.quiet {
		fmt.Fprintf(a.err, "kinspect: note: going on where %s says; --from is for the first run\n", term.EscapeLine(f.resume))
	}
}
