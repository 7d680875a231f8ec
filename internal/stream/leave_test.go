package stream

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// An answer waits for leave for longer than it may be on its way, with its size told; who
// gets none has no page.
func TestAnswerWaitsForLeave(t *testing.T) {
	const body = `{"Records":[{"Data":"YQ==","SequenceNumber":"1","PartitionKey":"k"}],"MillisBehindLatest":0}`
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(answer(http.StatusOK, http.Header{}, body))
		page, err := c.Records(t.Context(), "s", "i", 0, func(_ context.Context, bytes int64) error {
			if bytes != int64(len(body)) {
				t.Errorf("leave for %d bytes", bytes)
			}
			time.Sleep(10 * readTimeout)
			return nil
		})
		if err != nil || len(page.Records) != 1 {
			t.Errorf("%+v, %v", page, err)
		}
		refused := errors.New("no room")
		if _, err := c.Records(t.Context(), "s", "i", 0, func(context.Context, int64) error { return refused }); !errors.Is(err, refused) {
			t.Errorf("%v", err)
		}
	})
}
