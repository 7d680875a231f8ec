package stream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/schemas"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"kinspect/internal/record"
	"kinspect/internal/wire"
)

func init() { wire.Poisoned = true }

// broken is a body that fails after the text.
func broken(text string, err error) transport {
	return func(r *http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(text), iotest.ErrReader(err))
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), Request: r}, nil
	}
}

const twoRecords = `{"Records":[{"SequenceNumber":"1","Data":"YQ=="},{"SequenceNumber":"2","Data":"Yg=="}],"NextShardIterator":"i"}`

// Of an answer that is no whole page nothing is handed out, nothing is counted, and the
// same may well come whole in a while.
func TestNoPartOfAPage(t *testing.T) {
	for name, from := range map[string]transport{
		"cut in a record":       broken(twoRecords[:40], io.ErrUnexpectedEOF),
		"cut between members":   broken(twoRecords[:len(twoRecords)-1], io.ErrUnexpectedEOF),
		"cut behind the page":   broken(twoRecords, io.ErrUnexpectedEOF),
		"ends early":            answer(200, http.Header{}, twoRecords[:60]),
		"no page":               answer(200, http.Header{}, "<html></html>"),
		"a text that is no key": answer(200, http.Header{}, `{"Records":[{"SequenceNumber":"1","Data":"YQ=="},{"PartitionKey":5}]}`),
	} {
		c := clientOf(from)
		page, err := c.Records(t.Context(), "s", "i", 0, nil, record.Take{})
		var failed *Error
		var garbled *smithy.DeserializationError
		if len(page.Records) > 0 || !errors.As(err, &failed) || failed.Problem != Unavailable || !errors.As(err, &garbled) {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
		if got := c.Cost(); got.Bytes != 0 || got.Calls != 1 {
			t.Errorf("%s: cost %+v", name, got)
		}
	}
}

// An answer that comes too late says so.
func TestPageTooLate(t *testing.T) {
	_, err := clientOf(broken(twoRecords[:40], context.DeadlineExceeded)).Records(t.Context(), "s", "i", 0, nil, record.Take{})
	var failed *Error
	if !errors.As(err, &failed) || failed.Cause() != "no answer in time" {
		t.Error(err)
	}
}

// Another attempt of the same call begins anew.
func TestAttemptsAddNothingUp(t *testing.T) {
	wanted := &paging{shardID: "s"}
	ctx := wanted.context(t.Context())
	schema := smithy.NewOperationSchema(schemas.GetRecords, schemas.GetRecordsInput, schemas.GetRecordsOutput)
	for _, attempt := range []struct {
		body    string
		records int
	}{{twoRecords, 2}, {twoRecords[:60], 0}, {twoRecords, 2}, {`{"Records":[]}`, 0}} {
		answer := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(attempt.body))}}
		err := newProtocol().DeserializeResponse(ctx, schema, kinesis.TypeRegistry, answer, &kinesis.GetRecordsOutput{})
		if got := wanted.page; (err == nil) != (got != nil) || got != nil && len(got.Records) != attempt.records {
			t.Errorf("%s: %+v, %v", attempt.body, got, err)
		}
	}
}

func TestReleasedPage(t *testing.T) {
	page, err := clientOf(answer(200, http.Header{}, twoRecords)).Records(t.Context(), "s", "i", 0, nil, record.Take{})
	if err != nil {
		t.Fatal(err)
	}
	kept := page.Records[1]
	page.Release()
	page.Release()
	if string(kept.Data) == "b" || kept.SequenceNumber != "2" {
		t.Errorf("%q, %s", kept.Data, kept.SequenceNumber)
	}
	Page{}.Release()
}
