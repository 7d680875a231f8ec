package cmd

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/peers"
)

// The Node SDK reads back, byte for byte, what putrec wrote. Keys begin with a
// letter, and in an aggregate none has an explicit hash key of its own, since
// aws-kinesis-agg mixes up both.
func TestWhatIsPutIsReadByOthers(t *testing.T) {
	var lines strings.Builder
	var want []string
	for i := range 300 {
		data := fmt.Appendf([]byte{0xff, 0, '\n', byte(i)}, "ord-%d é", i)
		key := fmt.Sprintf("ключ-%d", i%50)
		want = append(want, fmt.Sprintf("%s %x", key, data))
		fmt.Fprintf(&lines, `{"partitionKey":%q,"dataBase64":%q}`+"\n", key, base64.StdEncoding.EncodeToString(data))
	}
	text := make([]string, 300)
	var aggregated []string
	for i := range text {
		text[i] = fmt.Sprintf(`{"id":"user-%d","name":"é\u0000"}`, i)
		aggregated = append(aggregated, fmt.Sprintf("user-%d %x", i, text[i]))
	}
	for _, name := range []string{peers.KinesisLocal, peers.Kinesalite} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := endpoint(t, name)
			client := peers.NewClient(t, url)
			client.Create("plain", 3)
			kinspectWith(t, strings.NewReader(lines.String()), "putrec", "plain", "--envelopes", "--verify", "--endpoint-url", url).want(t, 0)
			sameRecords(t, "plain", client.Read("plain"), want)

			client.Create("packed", 3)
			r := kinspectWith(t, strings.NewReader(strings.Join(text, "\n")), "putrec", "packed", "--aggregate", "--partition-key-jq", ".id", "--verify", "--endpoint-url", url)
			r.want(t, 0)
			records := client.Read("packed")
			if len(records) > 3 || strings.Count(r.stdout, `"verified":true`) != 300 {
				t.Errorf("%d records, receipts %s", len(records), r.stdout)
			}
			sameRecords(t, "packed", client.Deaggregate(records), aggregated)
		})
	}
}

func sameRecords(t *testing.T, stream string, records []peers.Record, want []string) {
	t.Helper()
	var got []string
	for _, r := range records {
		got = append(got, fmt.Sprintf("%s %x", r.PartitionKey, r.Data))
	}
	want = slices.Sorted(slices.Values(want))
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%s: %d records read, %d put, or not the same ones", stream, len(got), len(want))
	}
}
