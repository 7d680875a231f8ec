package scan

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
	Records(records, decode.Auto, nil, func(s match.Subject) bool {
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

// sameText compares errors by what they say.
var sameText = cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })

// A blob says the same within an aggregate as alone, whatever it is.
func TestAnyBlobWithinAnAggregate(t *testing.T) {
	key := "user-1"
	blobs := [][]byte{
		nil, []byte("text"), []byte(`{"id":1}`), []byte("{\"id\":1}\n{\"id\":2}"), compressed(`{"id":1}`), compressed(string(compressed("twice"))),
		append(compressed("one"), compressed("member more")...), []byte(base64.StdEncoding.EncodeToString(compressed("in base64"))),
		compressed("cut short")[:12], {0, 1, 2}, kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: []byte("an aggregate")}}),
	}
	var users []record.UserRecord
	for _, blob := range blobs {
		users = append(users, record.UserRecord{UserKey: &key, UserData: blob})
	}
	all := visited(kpl.Aggregate(users))
	if len(all) != len(blobs) {
		t.Fatalf("%d user records, want %d", len(all), len(blobs))
	}
	for i, blob := range blobs {
		want := decode.Open(blob)
		if diff := cmp.Diff(want, all[i].Blob, cmpopts.EquateEmpty(), sameText); diff != "" {
			t.Errorf("%.20q (-want +got):\n%s", blob, diff)
		}
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

// An aggregate that is left closed may hold what nobody looked at.
func TestClosedAggregateIsOpaque(t *testing.T) {
	key := "user-1"
	aggregate := kpl.Aggregate([]record.UserRecord{{UserKey: &key, UserData: []byte("first")}})
	for _, list := range []string{"none", "auto,-kpl", "gzip"} {
		decoder, err := decode.NewDecoder(list)
		if err != nil {
			t.Fatal(err)
		}
		Records([]record.Record{{Data: aggregate}, {Data: []byte("plain")}}, decoder, nil, func(s match.Subject) bool {
			closed := bytes.Equal(s.User.Data, aggregate)
			if s.User.Aggregated || closed != errors.Is(s.Blob.Err, kpl.ErrClosed) || closed != (s.Blob.State == decode.Opaque) {
				t.Errorf("%s: %+v", list, s)
			}
			return true
		})
	}
}

func TestVisitEndsTheScan(t *testing.T) {
	visits := 0
	Records(make([]record.Record, 3), decode.Auto, nil, func(match.Subject) bool {
		visits++
		return visits < 2
	})
	if visits != 2 {
		t.Errorf("%d visits", visits)
	}
}

// field is a length-delimited field of a protobuf message.
func field(number byte, value string) string {
	return string([]byte{number<<3 | 2, byte(len(value))}) + value
}

// aggregate is one with the given message and its MD5.
func aggregate(message string) []byte {
	sum := md5.Sum([]byte(message))
	return append([]byte("\xF3\x89\x9A\xC2"+message), sum[:]...)
}

// What an aggregate says beside its user data does not go unread in silence.
func TestWhatStandsBesideUserData(t *testing.T) {
	user := field(3, "\x08\x00"+field(3, "text"))
	for beside, state := range map[string]decode.State{
		"":                        decode.Read,
		"text":                    decode.Read,
		`{"id":1}`:                decode.Read,
		"\x00\x01":                decode.Opaque,
		string(compressed("x")):   decode.Opaque,
		"eyJpZCI6Im9yZC03In0=":    decode.Opaque, // base64 of JSON
		"\xff":                    decode.Opaque,
		field(1, "a later field"): decode.Read,
	} {
		all := visited(aggregate(field(1, "k") + user + field(9, beside)))
		if len(all) != 1 || all[0].Blob.State != state || (all[0].Blob.Err != nil) != (state != decode.Read) {
			t.Errorf("%q: %+v", beside, all)
		}
	}
}

// An aggregate without user records was read to its end: it is no hole.
func TestEmptyAggregateIsRead(t *testing.T) {
	data := aggregate(field(1, "user-1"))
	all := visited(data)
	if len(all) != 1 || all[0].User.Aggregated || all[0].Blob.State != decode.Read || !bytes.Equal(all[0].Blob.Bytes[0], data) {
		t.Fatalf("%+v", all)
	}
	if !errors.Is(all[0].Blob.Err, kpl.ErrEmpty) || !slices.Equal(all[0].Blob.Layers, []string{"kpl"}) {
		t.Errorf("%v, layers %v", all[0].Blob.Err, all[0].Blob.Layers)
	}
}
