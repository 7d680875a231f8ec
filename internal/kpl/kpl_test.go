package kpl

import (
	"bytes"
	"crypto/md5"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"

	"kinspect/internal/record"
)

// shared holds records of real KPL producers, outside the repository.
const shared = "../../../shared/vectors/kpl.json"

// vector is a record that others' software wrote, and what it holds.
type vector struct {
	Name        string `json:"name"`
	Aggregated  bool   `json:"aggregated"`
	Data        []byte `json:"data"`
	UserRecords []struct {
		PartitionKey    *string `json:"partitionKey"`
		ExplicitHashKey *string `json:"explicitHashKey"`
		Data            []byte  `json:"dataBase64"`
	} `json:"userRecords"`
}

func (v vector) users() []record.UserRecord {
	if !v.Aggregated {
		return []record.UserRecord{record.Plain(record.Record{Data: v.Data})}
	}
	var users []record.UserRecord
	for i, u := range v.UserRecords {
		users = append(users, record.UserRecord{
			Record: record.Record{Data: v.Data}, Aggregated: true, SubSequenceNumber: i,
			UserKey: u.PartitionKey, ExplicitHashKey: u.ExplicitHashKey, UserData: u.Data,
		})
	}
	return users
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// vectors are ours in testdata and, where they stand beside the repository, the
// shared ones.
func vectors(t testing.TB) []vector {
	ours := vector{Name: "aws-kinesis-agg", Aggregated: true}
	readJSON(t, filepath.Join("testdata", "aws-kinesis-agg.json"), &ours)
	var all []vector
	if _, err := os.Stat(shared); err == nil {
		readJSON(t, shared, &all)
	}
	return append(all, ours)
}

func TestSharedVectorsStandBesideTheRepository(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("the records of real KPL producers are not here, only our own corpus is read: %v", err)
	}
	if got := len(vectors(t)); got < 6 {
		t.Errorf("%d vectors, want the five shared ones and ours", got)
	}
}

func TestRecordsOfOtherProducers(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			users, err := Deaggregate(record.Record{Data: v.Data})
			if err != nil {
				t.Fatal(err)
			}
			if want := v.users(); !reflect.DeepEqual(users, want) {
				t.Errorf("user records (-want +got):\n%s", cmp.Diff(want, users))
			}
			if v.Aggregated && !bytes.Equal(Aggregate(users), v.Data) {
				t.Error("put together again, the bytes differ from the producer's")
			}
		})
	}
}

func TestPlainRecordsAreTheirOwnUserRecord(t *testing.T) {
	key := "user-1"
	for _, data := range []string{"", "\xF3", "\xF3\x89\x9A", "\xF3\x89\x9A\xC3", `{"a":1}`, " \xF3\x89\x9A\xC2"} {
		r := record.Record{SequenceNumber: "7", PartitionKey: &key, Data: []byte(data)}
		users, err := Deaggregate(r)
		if err != nil {
			t.Errorf("%q: %v", data, err)
		}
		if diff := cmp.Diff([]record.UserRecord{record.Plain(r)}, users); diff != "" {
			t.Errorf("%q (-want +got):\n%s", data, diff)
		}
	}
}

// seal wraps a protobuf body as an aggregate whose MD5 is right.
func seal(body []byte) []byte {
	sum := md5.Sum(body)
	return append(append(bytes.Clone(magic), body...), sum[:]...)
}

// wire writes a message of length-delimited fields: number, value, number, …
func wire(fields ...any) []byte {
	var out []byte
	for i := 0; i < len(fields); i += 2 {
		number := protowire.Number(fields[i].(int))
		switch value := fields[i+1].(type) {
		case int:
			out = appendIndex(out, number, uint64(value))
		case string:
			out = appendBytes(out, number, []byte(value))
		case []byte:
			out = appendBytes(out, number, value)
		}
	}
	return out
}

func TestUnusualButSound(t *testing.T) {
	user := wire(1, 0, 3, "x")
	cases := []struct {
		name string
		body []byte
	}{
		{"the table after its users", wire(3, user, 1, "k")},
		{"unknown fields of every type", append(wire(1, "k", 9, "?", 10, 5, 3, user), 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x65, 1, 2, 3, 4, 0x6b, 0x6c)},
		{"a group, unknown", append([]byte{0x4b, 0x08, 0x01, 0x4c}, wire(1, "k", 3, user)...)},
		{"tags", wire(1, "k", 3, append(wire(1, 0, 3, "x"), wire(4, wire(1, "tag"))...))},
		{"data before its index", wire(1, "k", 3, wire(3, "x", 1, 0))},
		{"an unused entry in both tables", wire(1, "k", 1, "l", 2, "5", 3, user)},
		{"an index longer than it need be", wire(1, "k", 3, append([]byte{0x08, 0x80, 0x00}, wire(3, "x")...))},
	}
	for _, c := range cases {
		users, err := Deaggregate(record.Record{Data: seal(c.body)})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(users) != 1 || *users[0].UserKey != "k" || string(users[0].UserData) != "x" || users[0].ExplicitHashKey != nil {
			t.Errorf("%s: %+v", c.name, users)
		}
	}
}

func TestBrokenAggregates(t *testing.T) {
	good := wire(1, "k", 3, wire(1, 0, 3, "x"))
	mismatch := seal(good)
	mismatch[len(mismatch)-1]++
	big := append(wire(1, "k"), bytes.Repeat(wire(3, wire(1, 0, 3, "")), maxEntries+1)...)
	cases := []struct {
		data   []byte
		reason string
	}{
		{magic, "it is too short to hold an MD5"},
		{seal(nil)[:19], "it is too short to hold an MD5"},
		{mismatch, "its MD5 does not match"},
		{append(seal(good), 0), "its MD5 does not match"},
		{seal(wire(1, "k", 4, "later")), "it holds no user records, but fields that the format does not name"},
		{seal([]byte("{}")), "its body is no valid protobuf"},
		{seal(append(good, 0x0a)), "its body is no valid protobuf"},
		{seal(append(good, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f)), "its body is no valid protobuf"},
		{seal(append(good, 0x4c)), "its body is no valid protobuf"}, // ends a group that never began
		{seal(wire(1, 5, 3, wire(1, 0, 3, "x"))), "its field 1 is of the wrong type"},
		{seal(wire(1, "k", 2, 5, 3, wire(1, 0, 3, "x"))), "its field 2 is of the wrong type"},
		{seal(wire(1, "k", 3, 5)), "its field 3 is of the wrong type"},
		{seal(wire(1, "k", 3, wire(1, 0, 3, "x"), 3, []byte{0x08})), "its user record 1 is no valid protobuf"},
		{seal(wire(1, "k", 3, wire(1, "0", 3, "x"))), "its user record 0 has field 1 of the wrong type"},
		{seal(wire(1, "k", 3, wire(1, 0, 3, 5))), "its user record 0 has field 3 of the wrong type"},
		{seal(wire(1, "k", 3, wire(3, "x"))), "its user record 0 has no partition key"},
		{seal(wire(1, "k", 3, wire(1, 0))), "its user record 0 has no data"},
		{seal(wire(1, "k", 3, wire(1, 0, 3, "x", 3, "y"))), "its user record 0 has field 3 twice"},
		{seal(wire(1, "k", 3, wire(1, 1, 3, "x"))), "its user record 0 has a partition key index out of range"},
		{seal(wire(3, wire(1, 0, 3, "x"))), "its user record 0 has a partition key index out of range"},
		{seal(wire(1, "k", 3, wire(1, -1, 3, "x"))), "its user record 0 has a partition key index out of range"},
		{seal(wire(1, "k", 3, wire(1, 0, 2, 0, 3, "x"))), "its user record 0 has an explicit hash key index out of range"},
		{seal(wire(1, "k", 3, wire(1, 0, 3, "x", 4, "ord-7"))), "its user record 0 has a tag that is none"},
		{seal(wire(1, "k", 3, wire(1, 0, 3, "x", 4, wire(2, "no key")))), "its user record 0 has a tag that is none"},
		{seal(wire(1, "k", 3, wire(1, 0, 3, "x", 4, wire(1, 5)))), "its user record 0 has a tag that is none"},
		{seal(big), "it holds more than 524288 entries, our limit"},
	}
	for _, c := range cases {
		r := record.Record{SequenceNumber: "7", Data: c.data}
		users, err := Deaggregate(r)
		var broken *BrokenError
		if !errors.As(err, &broken) || broken.Reason != c.reason {
			t.Errorf("%.40q: %v, want: %s", c.data, err, c.reason)
		}
		if !reflect.DeepEqual(users, []record.UserRecord{record.Plain(r)}) {
			t.Errorf("%.40q does not come with the record itself, but with %d user records", c.data, len(users))
		}
		if err != nil && !strings.HasPrefix(err.Error(), "magic of a KPL aggregate, but ") {
			t.Errorf("%.40q: the error does not name the format: %v", c.data, err)
		}
	}
}

func TestEmptyAggregates(t *testing.T) {
	for _, body := range [][]byte{nil, wire(1, "k", 2, "5"), wire(4, 7)} {
		r := record.Record{SequenceNumber: "7", Data: seal(body)}
		users, err := Deaggregate(r)
		if !errors.Is(err, ErrEmpty) || !reflect.DeepEqual(users, []record.UserRecord{record.Plain(r)}) {
			t.Errorf("%q: %d user records, %v", r.Data, len(users), err)
		}
	}
}

// What the format does not name is kept for the search: strings and groups, but
// no numbers, those outside all user records with the first.
func TestWhatStandsBesideUserData(t *testing.T) {
	tag := func(fields ...any) []byte { return wire(append([]any{1, 0, 3, "x"}, fields...)...) }
	cases := []struct {
		name string
		body []byte
		want []string
	}{
		{"nothing", wire(1, "k", 3, tag()), []string{""}},
		{"a tag", wire(1, "k", 3, tag(4, wire(1, "name", 2, "ord-7"))), []string{"name\nord-7"}},
		{"two tags", wire(1, "k", 3, tag(4, wire(1, "a"), 4, wire(1, "b"))), []string{"a\nb"}},
		{"a tag with more in it", wire(1, "k", 3, tag(4, wire(1, "a", 2, 5, 3, "b"))), []string{"a\nb"}},
		{"a later field of a user record", wire(1, "k", 3, tag(), 3, tag(5, "ord-7")), []string{"", "ord-7"}},
		{"later fields of the aggregate", wire(9, "ord-7", 1, "k", 3, tag(5, "in"), 3, tag(), 10, "ord-8"), []string{"in\nord-7\nord-8", ""}},
		{"a group", append([]byte{0x4b, 0x0a, 0x02, 'h', 'i', 0x4c}, wire(1, "k", 3, tag())...), []string{"\x0a\x02hi\x4c"}},
		{"numbers", append(wire(9, 7, 1, "k", 3, tag(5, 8)), 0x59, 1, 2, 3, 4, 5, 6, 7, 8), []string{""}},
	}
	for _, c := range cases {
		users, err := Deaggregate(record.Record{Data: seal(c.body)})
		var got []string
		for _, user := range users {
			got = append(got, string(user.Beside))
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

// The MD5 and the magic leave no byte of an aggregate unguarded.
func TestEveryFlippedBitIsNoticed(t *testing.T) {
	data := vectors(t)[0].Data
	for i := range data {
		for bit := range 8 {
			data[i] ^= 1 << bit
			users, err := Deaggregate(record.Record{Data: data})
			if i >= len(magic) && err == nil {
				t.Errorf("byte %d, bit %d: no error", i, bit)
			}
			if len(users) != 1 || users[0].Aggregated {
				t.Errorf("byte %d, bit %d: %d user records", i, bit, len(users))
			}
			data[i] ^= 1 << bit
		}
	}
}

func TestUserDataIsAView(t *testing.T) {
	data := seal(wire(1, "k", 3, wire(1, 0, 3, "before")))
	users, err := Deaggregate(record.Record{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	copy(data[bytes.Index(data, []byte("before")):], "after!")
	if got := string(users[0].UserData); got != "after!" {
		t.Errorf("user data is %q: a copy", got)
	}
	if got := *users[0].UserKey; got != "k" {
		t.Errorf("user key is %q: a view, which no Clone would copy", got)
	}
}

func TestAggregateWritesEachKeyOnce(t *testing.T) {
	a, b, hash := "a", "b", "5"
	got := Aggregate([]record.UserRecord{
		{UserKey: &b, UserData: []byte("1")},
		{UserKey: &a, UserData: []byte("2"), ExplicitHashKey: &hash},
		{UserKey: &b, UserData: []byte("3"), ExplicitHashKey: &hash},
		{UserData: []byte("4")},
	})
	want := seal(wire(1, "b", 1, "a", 1, "", 2, "5",
		3, wire(1, 0, 3, "1"), 3, wire(1, 1, 2, 0, 3, "2"), 3, wire(1, 0, 2, 0, 3, "3"), 3, wire(1, 2, 3, "4")))
	if !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

var anyUser = rapid.Custom(func(t *rapid.T) record.UserRecord {
	key := rapid.SampledFrom([]string{"", "a", "7", "user-1", "clé", strings.Repeat("k", 256)}).Draw(t, "key")
	return record.UserRecord{
		UserKey:         &key,
		ExplicitHashKey: rapid.Ptr(rapid.SampledFrom([]string{"0", "5", "340282366920938463463374607431768211455"}), true).Draw(t, "hash"),
		UserData:        rapid.SliceOf(rapid.Byte()).Draw(t, "data"),
	}
})

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		users := rapid.SliceOfN(anyUser, 1, 40).Draw(t, "users")
		r := record.Record{ShardID: "shardId-000000000003", SequenceNumber: "7", Data: Aggregate(users)}
		for i := range users {
			users[i].Record, users[i].Aggregated, users[i].SubSequenceNumber = r, true, i
		}
		got, err := Deaggregate(r)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, users) {
			t.Fatalf("(-want +got):\n%s", cmp.Diff(users, got))
		}
	})
}
