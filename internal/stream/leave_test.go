package stream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/record"
)

// whileWanted is a body that is cut off with its request, as one of a network is.
type whileWanted struct {
	io.Reader
	ctx context.Context
}

func (w whileWanted) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(p)
}

// An answer waits for leave for longer than it may be on its way, with its size told; who
// gets none has no page.
func TestAnswerWaitsForLeave(t *testing.T) {
	const body = `{"Records":[{"Data":"YQ==","SequenceNumber":"1","PartitionKey":"k"}],"MillisBehindLatest":0}`
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(func(r *http.Request) (*http.Response, error) {
			a, err := answer(http.StatusOK, http.Header{}, body)(r)
			a.Body = io.NopCloser(whileWanted{a.Body, r.Context()})
			return a, err
		})
		page, err := c.Records(t.Context(), "s", "i", 0, func(_ context.Context, bytes int64) error {
			if bytes != int64(len(body)) {
				t.Errorf("leave for %d bytes", bytes)
			}
			time.Sleep(10 * readTimeout)
			return nil
		}, record.Take{})
		if err != nil || len(page.Records) != 1 {
			t.Errorf("%+v, %v", page, err)
		}
		refused := errors.New("no room")
		if _, err := c.Records(t.Context(), "s", "i", 0, func(context.Context, int64) error { return refused }, record.Take{}); !errors.Is(err, refused) {
			t.Errorf("%v", err)
		}
	})
}
