package stream

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/kinesis/schemas"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"kinspect/internal/record"
	"kinspect/internal/wire"
)

// protocol is the SDK's, but that pages are read by package wire.
type protocol struct{ *awsjson.Protocol }

func newProtocol() protocol { return protocol{awsjson.New11(schemas.Kinesis_20131202)} }

// paging is where the page goes that a call asks for.
type paging struct {
	shardID string
	leave   Leave // nil: it is taken in at once
	take    record.Take
	page    *wire.Page
}

type pagingKey struct{}

func (p *paging) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, pagingKey{}, p)
}

func (p *paging) release() {
	if p.page != nil {
		p.page.Release()
		p.page = nil
	}
}

// wait waits for leave to take in so many bytes.
func (p *paging) wait(ctx context.Context, bytes int64) error {
	if p.leave == nil {
		return nil
	}
	return pause(ctx, func() error { return p.leave(ctx, bytes) })
}

// DeserializeResponse reads the page that was asked for; the SDK all else, refusals among
// it. Another attempt reads it anew.
func (p protocol) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, known *smithy.TypeRegistry, answer *smithyhttp.Response, out smithy.Deserializable) (err error) {
	wanted, paged := ctx.Value(pagingKey{}).(*paging)
	if !paged || answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices {
		return p.Protocol.DeserializeResponse(ctx, schema, known, answer, out)
	}
	wanted.release()
	if err := wanted.wait(ctx, answer.ContentLength); err != nil {
		return err
	}
	if wanted.page, err = wire.Read(answer.Body, wire.GetRecords, wanted.shardID, wanted.take); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	return nil
}
