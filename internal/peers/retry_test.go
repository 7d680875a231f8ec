package peers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// Neither endpoint ever takes only a part of a PutRecords call, so the client's
// retry is shown one that refuses the second record of its first call.
func TestPutRetriesAlone(t *testing.T) {
	var calls []int
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var input struct{ Records []json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
			t.Errorf("read a PutRecords call: %v", err)
		}
		calls = append(calls, len(input.Records))
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		json.NewEncoder(w).Encode(putOutput(len(calls), len(input.Records)))
	}))
	t.Cleanup(endpoint.Close)

	receipts := NewClient(t, endpoint.URL).Put("orders", orders(3))
	want := []Receipt{{"shard-1", "10"}, {"shard-2", "20"}, {"shard-1", "12"}}
	if !slices.Equal(receipts, want) {
		t.Errorf("receipts are %v, want %v", receipts, want)
	}
	if !slices.Equal(calls, []int{3, 1}) {
		t.Errorf("the calls held %v records, want 3, then the refused one alone", calls)
	}
}

// putOutput takes all the records of a call but, in the first, the one at index 1.
// A sequence number tells the call and the record's index in it.
func putOutput(call, records int) map[string]any {
	results := make([]map[string]any, records)
	for i := range results {
		results[i] = map[string]any{
			"ShardId":        fmt.Sprintf("shard-%d", call),
			"SequenceNumber": fmt.Sprintf("%d%d", call, i),
		}
		if call == 1 && i == 1 {
			results[i] = map[string]any{
				"ErrorCode":    "ProvisionedThroughputExceededException",
				"ErrorMessage": "Rate exceeded for shard",
			}
		}
	}
	return map[string]any{"Records": results}
}
