package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"kinspect/internal/position"
	"kinspect/internal/record"
)

// listed is a shard as ListShards answers it.
func listed(n int) string {
	return fmt.Sprintf(`{"ShardId":"shardId-%012d","ParentShardId":"p","AdjacentParentShardId":"q","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"},`+
		`"SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"},"SomethingNew":{}}`, n)
}

// pages answers ListShards with a shard a page, and refuses the calls whose
// number is in refused by an error.
func pages(refused map[int]string, requests *[]map[string]any) transport {
	return func(r *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(r.Body)
		var in map[string]any
		_ = json.Unmarshal(body, &in)
		*requests = append(*requests, in)
		if name, ok := refused[len(*requests)]; ok {
			return refusal(400, name)(r)
		}
		page, next := 0, `,"NextToken":"1"`
		if token, ok := in["NextToken"]; ok {
			_, _ = fmt.Sscan(token.(string), &page)
			next = fmt.Sprintf(`,"NextToken":"%d"`, page+1)
		}
		if page == 2 {
			next = ""
		}
		return answer(200, http.Header{}, `{"Shards":[`+listed(page)+`]`+next+`}`)(r)
	}
}

func TestListShardsReadsAllPages(t *testing.T) {
	for _, c := range []struct {
		name    string
		refused map[int]string
		calls   int
		ok      bool
	}{
		{"at once", nil, 3, true},
		{"throttled on the way", map[int]string{2: "LimitExceededException"}, 4, true},
		{"a token that expired: begun anew", map[int]string{3: "ExpiredNextTokenException"}, 6, true},
		{"denied on the way", map[int]string{3: "AccessDeniedException"}, 3, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var requests []map[string]any
			lineage, err := clientOf(pages(c.refused, &requests)).ListShards(context.Background())
			if (err == nil) != c.ok || len(requests) != c.calls {
				t.Fatalf("%v after %d calls", err, len(requests))
			}
			if c.ok && len(lineage) != 3 || !c.ok && len(lineage) != 0 {
				t.Errorf("%d shards", len(lineage))
			}
			for _, in := range requests {
				_, token := in["NextToken"]
				_, name := in["StreamName"]
				if token == name || token && len(in) != 1 {
					t.Errorf("asked by %v: a token goes alone", in)
				}
			}
		})
	}
}

func TestListShardsReadsAShard(t *testing.T) {
	var requests []map[string]any
	lineage, err := clientOf(pages(nil, &requests)).ListShards(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := lineage[0]
	if s.ID != "shardId-000000000000" || s.Parent != "p" || s.AdjacentParent != "q" || s.Starting != "1" || s.Ending != "2" || s.Range.End.Lo != 9 {
		t.Errorf("%+v", s)
	}
}

// A shard whose range cannot be read is no shard to leave out in silence.
func TestListShardsRefusesABadRange(t *testing.T) {
	for _, s := range []string{
		`{"ShardId":"a"}`,
		`{"ShardId":"a","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"-1"}}`,
		`{"ShardId":"a","HashKeyRange":{"StartingHashKey":"x","EndingHashKey":"1"}}`,
	} {
		if _, err := clientOf(answer(200, http.Header{}, `{"Shards":[`+s+`]}`)).ListShards(context.Background()); err == nil {
			t.Errorf("%s is listed", s)
		}
	}
}

func TestRecordsReadsAPage(t *testing.T) {
	const body = `{"Records":[{"SequenceNumber":"7","ApproximateArrivalTimestamp":1795428000.117,"Data":"YWJj","PartitionKey":"k","EncryptionType":"KMS"},` +
		`{"SequenceNumber":"8","ApproximateArrivalTimestamp":1795428000.999,"Data":""}],"MillisBehindLatest":2000,"SomethingNew":1,` +
		`"ChildShards":[{"ShardId":"c","ParentShards":["p","q"],"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"}}]}`
	page, err := clientOf(answer(200, http.Header{"Date": {dateOf(noon)}}, body)).Records(context.Background(), "s", "i", 0, nil, record.Take{})
	if err != nil {
		t.Fatal(err)
	}
	first, second := page.Records[0], page.Records[1]
	if first.ShardID != "s" || first.SequenceNumber != "7" || *first.PartitionKey != "k" || string(first.Data) != "abc" ||
		first.EncryptionType != "KMS" || first.ArrivedAt.UnixMilli() != 1795428000117 {
		t.Errorf("first %+v", first)
	}
	if second.PartitionKey != nil || len(second.Data) != 0 || second.ArrivedAt.UnixMilli() != 1795428000999 {
		t.Errorf("second %+v", second)
	}
	if page.Bytes != 4 || page.Behind.Milliseconds() != 2000 || page.Next != "" {
		t.Errorf("page %+v", page)
	}
	if c := page.Children; len(c) != 1 || c[0].ID != "c" || c[0].Parent != "p" || c[0].AdjacentParent != "q" {
		t.Errorf("children %+v", c)
	}
	if !page.AskedAt.Equal(noon) || page.AnsweredAt.Before(noon.Add(1e9)) {
		t.Errorf("asked at %s, answered at %s", page.AskedAt, page.AnsweredAt)
	}
}

func TestIteratorAsksForThePosition(t *testing.T) {
	for _, c := range []struct {
		at   position.Position
		want string
	}{
		{position.Position{Kind: position.Latest}, `{"ShardId":"s","ShardIteratorType":"LATEST","StreamName":"orders"}`},
		{position.Position{Kind: position.TrimHorizon}, `{"ShardId":"s","ShardIteratorType":"TRIM_HORIZON","StreamName":"orders"}`},
		{position.After("17"), `{"ShardId":"s","ShardIteratorType":"AFTER_SEQUENCE_NUMBER","StartingSequenceNumber":"17","StreamName":"orders"}`},
		{position.Position{Kind: position.AtSequenceNumber, SequenceNumber: "17"}, `{"ShardId":"s","ShardIteratorType":"AT_SEQUENCE_NUMBER","StartingSequenceNumber":"17","StreamName":"orders"}`},
		{position.At(noon.Add(117 * 1e6)), `{"ShardId":"s","ShardIteratorType":"AT_TIMESTAMP","StreamName":"orders","Timestamp":1795435200.117}`},
	} {
		var asked []byte
		client := clientOf(func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			var in map[string]any
			_ = json.Unmarshal(body, &in)
			asked, _ = json.Marshal(in) // in the order of names
			return answer(200, http.Header{}, `{"ShardIterator":"i"}`)(r)
		})
		iterator, err := client.Iterator(context.Background(), "s", c.at)
		if err != nil || iterator != "i" {
			t.Errorf("%q, %v", iterator, err)
		}
		var want map[string]any
		_ = json.Unmarshal([]byte(c.want), &want)
		if expected, _ := json.Marshal(want); string(asked) != string(expected) {
			t.Errorf("asked by %s, want %s", asked, expected)
		}
	}
}
