package services

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"kinspect/internal/lease"
	"kinspect/internal/stream"
)

// Leases are the rows of a table in which the KCL keeps leases, each asked for once.
type Leases struct {
	client *dynamodb.Client
	table  string
	keys   lease.Keys
	asked  map[string]answer // by shard
	began  time.Time
	err    error // why the table is not to be asked
}

// answer is a shard's lease, if there is one.
type answer struct {
	lease lease.Lease
	there bool
}

// LeaseKeys makes the keys of leases of a stream as it was described. Where that was
// denied nobody tells when it was created.
func LeaseKeys(of stream.Summary) lease.Keys {
	keys := lease.Keys{Account: of.Account, Stream: of.Name}
	if of.Denied == nil {
		keys.CreatedAt = of.CreatedAt
	}
	return keys
}

// Leases are those of a table, by its name or ARN, under the keys of a stream's shards.
// They are for one goroutine.
func (s *Services) Leases(table string, keys lease.Keys) *Leases {
	l := &Leases{table: table, keys: keys, asked: map[string]answer{}}
	var endpoint *string
	if s != nil {
		l.client = dynamodb.NewFromConfig(s.cfg)
		endpoint = l.client.Options().BaseEndpoint
	}
	l.err = s.reachable("DynamoDB", "AWS_ENDPOINT_URL_DYNAMODB", endpoint)
	return l
}

// How much is asked of a table: so many shards' rows, and none once so much time has
// passed since the first.
const (
	rowsMax  = 5000
	rowsTime = 20 * time.Second
)

// Of is a shard's lease, and whether it has one. Errors are *Unasked, *stream.Error, or
// what is no table of the KCL's.
func (l *Leases) Of(ctx context.Context, shardID string) (lease.Lease, bool, error) {
	if a, asked := l.asked[shardID]; asked {
		return a.lease, a.there, nil
	}
	switch {
	case l.err != nil:
	case len(l.asked) == 0:
		l.began = time.Now()
	case len(l.asked) == rowsMax:
		l.err = &Unasked{fmt.Sprintf("the rows of more than %d shards would have to be asked for (%s)", rowsMax, getItem)}
	case time.Since(l.began) > rowsTime:
		l.err = &Unasked{fmt.Sprintf("it takes more than %s (%s)", rowsTime, getItem)}
	}
	a, err := l.get(ctx, shardID)
	if err != nil {
		return lease.Lease{}, false, err
	}
	l.asked[shardID] = a
	return a.lease, a.there, nil
}

// Among are the leases of the shards that have one.
func (l *Leases) Among(ctx context.Context, shardIDs []string) (map[string]lease.Lease, error) {
	found := map[string]lease.Lease{}
	for _, id := range shardIDs {
		of, there, err := l.Of(ctx, id)
		if err != nil {
			return nil, err
		}
		if there {
			found[id] = of
		}
	}
	return found, nil
}

// get looks for a lease under each key that it may have.
func (l *Leases) get(ctx context.Context, shardID string) (answer, error) {
	for _, key := range l.keys.Of(shardID) {
		row, err := l.row(ctx, key)
		if err != nil {
			return answer{}, err
		}
		of, is, err := lease.Parse(row)
		if err != nil {
			return answer{}, fmt.Errorf("row %s of table %s is no lease of the KCL: %w", key, l.table, err)
		}
		if is {
			return answer{of, true}, nil
		}
	}
	return answer{}, nil
}

// getItem is the permission that all of this takes.
const getItem = "dynamodb:GetItem"

// row is the item of a key, nil where there is none. The read is consistent: a
// checkpoint may have been made just now.
func (l *Leases) row(ctx context.Context, key string) (lease.Row, error) {
	if l.err != nil {
		return nil, l.err
	}
	out, err := ask(ctx, getItem, l.table, func(ctx context.Context) (*dynamodb.GetItemOutput, error) {
		return l.client.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: &l.table, ConsistentRead: aws.Bool(true),
			Key: map[string]types.AttributeValue{"leaseKey": &types.AttributeValueMemberS{Value: key}},
		})
	})
	if err != nil {
		return nil, l.meaning(err)
	}
	return plain(out.Item), nil
}

// meaning says what an error means of a table of leases.
func (l *Leases) meaning(err error) error {
	var failed *stream.Error
	switch {
	case !errors.As(err, &failed):
		return err
	case failed.Problem == stream.NotFound:
		return &Unasked{fmt.Sprintf("there is no table %s (%s)", l.table, getItem)}
	case failed.Problem == stream.Invalid && strings.Contains(failed.Cause(), "does not match the schema"):
		return &Unasked{fmt.Sprintf("table %s is no lease table of the KCL: its key is not leaseKey (%s)", l.table, getItem)}
	}
	return err
}

// plain is an item without the SDK's types.
func plain(item map[string]types.AttributeValue) lease.Row {
	row := lease.Row{}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			row[name] = lease.Value{Text: v.Value}
		case *types.AttributeValueMemberN:
			row[name] = lease.Value{Number: v.Value}
		case *types.AttributeValueMemberSS:
			row[name] = lease.Value{List: v.Value}
		}
	}
	return row
}
