package cmd

import (
	"fmt"

	"kinspect/internal/term"
	"kinspect/tail"
)

// The values of --order.
const (
	orderShard   = "shard"
	orderArrival = "arrival"
)

const orderLong = `--order arrival merges the shards by arrival time: a record is printed when no shard
can come with an earlier one, as far as its answers tell. While history is read, all
wait for the shard that is behind, and a shard far ahead is not read on. At the tip a
record waits for 2 s at the most, unless --until or --no-follow ends the tail: then
all wait until they know. A shard that fails for a minute is not waited for. What came
too late for its place is printed at once, and counted. The order within a shard is
never changed. What waits takes a quarter of --memory, and the last answer of each
shard. With --resume, Ctrl-C leaves what waits to the next run, and a kill -9 may
repeat about 1 MiB of what was printed for each shard being read.`

// byArrival tells whether the shards are merged.
func (f *tailFlags) byArrival() (bool, error) {
	switch f.order {
	case orderShard, orderArrival:
		return f.order == orderArrival, nil
	}
	return false, &usageError{err: fmt.Errorf("--order %q is not one of %s, %s", f.order, orderShard, orderArrival)}
}

// tellLate says how much of the order by arrival time is not.
func (a *app) tellLate(s tail.Summary) {
	if s.Late == 0 {
		return
	}
	whose := "their"
	if s.Late == 1 {
		whose = "its"
	}
	fmt.Fprintf(a.err, "kinspect: note: %s came too late for %s place\n", term.Count(s.Late, "user record"), whose)
}
