package consumer

import (
	"context"

	"kinspect/internal/stream"
)

// Leftovers are consumers that earlier runs made and may have left.
type Leftovers struct {
	// Killed were made by processes of this machine that are gone.
	Killed []stream.Consumer
	// Untold were made by other machines, before this one's last start, or in another
	// container; or nothing tells them apart. Their runs may go on.
	Untold []stream.Consumer
}

// Find lists the stream's consumers, and picks those by their names. It leaves out
// those of runs that go on, of others, and what is being removed already.
func Find(ctx context.Context, client *stream.Client, streamARN string) (l Leftovers, err error) {
	there, err := client.ListConsumers(ctx, streamARN)
	return here().leftovers(there), err
}

func (w witness) leftovers(there []stream.Consumer) (l Leftovers) {
	for _, c := range there {
		if c.Status == stream.ConsumerDeleting {
			continue
		}
		switch w.fate(c.Name) {
		case killed:
			l.Killed = append(l.Killed, c)
		case untold:
			l.Untold = append(l.Untold, c)
		}
	}
	return l
}
