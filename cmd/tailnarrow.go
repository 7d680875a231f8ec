package cmd

import (
	"errors"
	"fmt"

	"kinspect/tail"
)

var errNarrowKey = errors.New("--narrow goes with --partition-key")

// narrows has only the shards read that the keys' MD5 names, and says under which
// condition that is all of them.
func (a *app) narrows(f *tailFlags, c connection, o *tail.Options) error {
	if !f.narrow {
		return nil
	}
	if err := c.KeysNameShards(); err != nil {
		return &usageError{err: fmt.Errorf("--narrow: %w", err), hint: "leave --narrow out: all shards are read"}
	}
	o.NarrowTo = f.partitionKeys
	if !a.flags.quiet {
		others := ""
		if c.Denied != nil {
			others = ", and all of them if the stream has AUTO distribution, which only its description tells"
		}
		fmt.Fprintf(a.err, "kinspect: note: only the shards that the MD5 of the partition keys names are read; records put with an explicit hash key, as by the KPL, may be in others%s\n", others)
	}
	return nil
}
