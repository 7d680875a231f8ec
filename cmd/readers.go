package cmd

import (
	"context"
	"errors"
	"fmt"

	"kinspect/internal/audience"
	"kinspect/internal/lease"
	"kinspect/internal/services"
	"kinspect/internal/shard"
	"kinspect/shardmap"
)

var errCaptureConsumers = errors.New("--consumers: nothing reads a capture")

// readers asks who reads the stream, which may take 40 s, and the tables that
// are named.
func (a *app) readers(ctx context.Context, c connection, shards shard.Lineage, tables []string) ([]audience.Consumer, error) {
	if c.Capture {
		return nil, &usageError{err: errCaptureConsumers}
	}
	answered := a.patience(fmt.Sprintf("still asking who reads stream %q", c.Name))
	defer answered()
	all := c.services.Consumers(ctx, c.Client, audience.Question{Name: c.Name, ARN: c.ARN, RecordBytesMax: c.RecordBytesMax}, nil)
	for _, table := range tables {
		all = append(all, c.application(ctx, table, shards))
	}
	return all, ctx.Err()
}

// application is what the lease table of an application of the KCL tells of the shards.
func (c connection) application(ctx context.Context, table string, shards shard.Lineage) audience.Consumer {
	var ids []string
	for _, sh := range shards {
		ids = append(ids, sh.ID)
	}
	of := audience.Consumer{Kind: audience.KCL, Name: table}
	leases, err := c.services.Leases(table, services.LeaseKeys(c.Summary)).Among(ctx, ids)
	if err != nil {
		of.NotChecked = services.Why(err)
		return of
	}
	of.Tells = lease.Summary(shards, leases)
	return of
}

// checkConsumers refuses --consumers where it would be asked in vain.
func (f *shardmapFlags) checkConsumers(format shardmap.Format, keys bool) error {
	const without = "leave out one of them"
	switch {
	case !f.consumers && len(f.leaseTables) > 0:
		return &usageError{err: errors.New("--lease-table names an application of which --consumers asks, and that is not given"), hint: "give --consumers too"}
	case !f.consumers:
		return nil
	case f.shards != "":
		return &usageError{err: errors.New("--consumers asks who reads the stream, and --shards connects to nothing"), hint: without}
	case keys || f.suggest:
		return &usageError{err: errors.New("--consumers is about the whole stream, and keys are not"), hint: without}
	case f.at != "":
		return &usageError{err: errors.New("--consumers tells who reads the stream now, and --at asks for another time"), hint: without}
	case format.Draws():
		return &usageError{err: fmt.Errorf("-o %s draws the shards, and no consumers", format), hint: "-o text and -o json tell them"}
	}
	return checkTableNames(f.leaseTables)
}
