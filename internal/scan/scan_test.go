package scan

import (
	"bytes"
	"compress/gzip"
	"slices"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/kpl"
	"kinspect/internal/match"
	"kinspect/internal/record"
)

func compressed(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

// visited returns what is visited of the records' data.
func visited(data ...[]byte) []match.Subject {
	var records []record.Record
	for _, d := range data {
		records = append(records, record.Record{Data: d})
	}
	var all []match.Subject
	Records(records, func(s match.Subject) bool {
		all = append(all, s)
		return true
	})
	return all
}

func TestAggregatesAreTakenApartAndOpened(t *testing.T) {
	key := "user-1"
	aggregate := kpl.Aggregate([]record.UserRecord{
		{UserKey: &key, UserData: []byte("first")}, {UserKey: &key, UserData: compressed(`{"id":2}`)},
	})
	all := visited([]byte("plain"), aggregate)
	if len(all) != 3 {
		t.Fatalf("%d user records, want 3", len(all))
	}
	if all[0].User.Aggregated || !all[1].User.Aggregated || all[2].User.SubSequenceNumber != 1 {
		t.Errorf("%+v", all)
	}
	if last := all[2].Blob; last.State != decode.Read || !slices.Equal(last.Layers, []string{"gzip", "json"}) {
		t.Errorf("%+v", last)
	}
}

// A damaged aggregate is broken even where its bytes read as text or as binary of
// no known format.
func TestDamagedAggregateIsBroken(t *testing.T) {
	key := "user-1"
	damaged := kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: []byte("first")}})
	damaged[len(damaged)-1] ^= 1
	all := visited(damaged)
	if len(all) != 1 || all[0].Blob.State != decode.Broken || !bytes.Contains(all[0].Blob.Bytes[0], []byte("first")) {
		t.Errorf("%+v", all)
	}
}

func TestVisitEndsTheScan(t *testing.T) {
	visits := 0
	Records(make([]record.Record, 3), func(match.Subject) bool {
		visits++
		return visits < 2
	})
	if visits != 2 {
		t.Errorf("%d visits", visits)
	}
}
