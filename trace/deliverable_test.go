package trace

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kinspect/internal/awsconf"
	"kinspect/internal/kpl"
	"kinspect/internal/local"
	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/shard"
	"kinspect/internal/sim"
	"kinspect/internal/stream"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// The key "l" hashes to the lower half of the key space, "abc" to the upper one.
const (
	hashOfL   = "60777752534275580890634032213986982707"
	hashOfABC = "191415658344158766168031473277922803570"
	upperHalf = "170141183460469231731687303715884105728"
)

// user is a user record; no hash key is none.
func user(key, hashKey, data string) record.UserRecord {
	u := record.UserRecord{UserKey: &key, UserData: []byte(data)}
	if hashKey != "none" {
		u.ExplicitHashKey = &hashKey
	}
	return u
}

func TestJudgeAggregate(t *testing.T) {
	const none = "none"
	whole := func(i int, where string) string {
		return fmt.Sprintf("KCL consumers drop its whole aggregate: user record %d in it %s", i, where)
	}
	upTo := func(i int) string {
		return fmt.Sprintf("KCL consumers get its aggregate only up to user record %d, whose explicit hash key is no number", i)
	}
	cases := []struct {
		name  string
		users []record.UserRecord
		lost  int // from this user record on
		why   string
	}{
		{"all at home", []record.UserRecord{user("l", none, ""), user("l", none, "")}, 2, ""},
		{"the last elsewhere", []record.UserRecord{user("l", none, ""), user("abc", none, "")}, 0, whole(1, "hashes to "+hashOfABC+", outside its shard")},
		{"the first elsewhere", []record.UserRecord{user("abc", none, ""), user("l", none, "")}, 0, whole(0, "hashes to "+hashOfABC+", outside its shard")},
		{"brought home by its hash key", []record.UserRecord{user("l", none, ""), user("abc", "5", "")}, 2, ""},
		{"sent away by its hash key", []record.UserRecord{user("l", upperHalf, "")}, 0, whole(0, "hashes to "+upperHalf+", outside its shard")},
		{"on the range's last place", []record.UserRecord{user("l", "170141183460469231731687303715884105727", "")}, 1, ""},
		{"a number as Java reads it", []record.UserRecord{user("abc", "+0005", ""), user("abc", "-0", ""), user("abc", "000", "")}, 3, ""},
		{"below all shards", []record.UserRecord{user("l", "-1", "")}, 0, whole(0, "hashes outside all shards")},
		{"above all shards", []record.UserRecord{user("l", strings.Repeat("9", 100), "")}, 0, whole(0, "hashes outside all shards")},
		{"no number", []record.UserRecord{user("l", none, ""), user("l", "x", ""), user("abc", none, "")}, 1, upTo(1)},
		{"an empty hash key", []record.UserRecord{user("l", "", "")}, 0, upTo(0)},
		{"elsewhere before no number", []record.UserRecord{user("abc", none, ""), user("l", "x", "")}, 0, whole(0, "hashes to "+hashOfABC+", outside its shard")},
	}
	end, _ := shard.ParseHashKey("170141183460469231731687303715884105727")
	for _, c := range cases {
		f := judgeAggregate(record.Record{SequenceNumber: "7", Data: kpl.Aggregate(c.users)}, shard.Range{End: end})
		got := len(c.users)
		if f.lost {
			got = f.first
		}
		if got != c.lost || f.reason != c.why || f.sequence != "7" {
			t.Errorf("%s: lost from user record %d on, %s", c.name, got, f.reason)
		}
	}
}

// toldOf puts a record into the upper of two shards and returns what the matches
// of an event say, in JSON, and the whole receipt.
func toldOf(t *testing.T, data, event string) ([]string, receipt.Receipt) {
	t.Helper()
	w := newWorld(t, 2)
	w.put("abc", data)
	r := w.trace(event, func(o *Options) { o.All = true })
	want(t, r, receipt.Found)
	var told []string
	for _, m := range r.Matches {
		var keys struct {
			Deliverable       *bool
			DeliverableReason string
		}
		text, err := json.Marshal(m)
		if err == nil {
			err = json.Unmarshal(text, &keys)
		}
		if err != nil {
			t.Fatal(err)
		}
		said := "unknown"
		if keys.Deliverable != nil {
			said = fmt.Sprint(*keys.Deliverable)
		}
		told = append(told, strings.TrimSpace(said+" "+keys.DeliverableReason))
	}
	return told, r
}

func sealed(message string) string {
	sum := md5.Sum([]byte(message))
	return "\xF3\x89\x9A\xC2" + message + string(sum[:])
}

func TestDeliverable(t *testing.T) {
	aggregate := func(users ...record.UserRecord) string { return string(kpl.Aggregate(users)) }
	whole := "false KCL consumers drop its whole aggregate: user record 1 in it hashes to " + hashOfL + ", outside its shard"
	cases := []struct {
		name, data string
		want       []string
	}{
		{"plain", "ord-1", []string{"true"}},
		{"at home", aggregate(user("abc", "none", "ord-1")), []string{"true"}},
		{"one of them elsewhere", aggregate(user("abc", "none", "ord-1"), user("l", "none", "ord-2"), user("abc", "none", "ord-1")), []string{whole, whole}},
		{"before and after no number", aggregate(user("abc", "none", "ord-1"), user("abc", "?", "ord-1")),
			[]string{"true", "false KCL consumers get its aggregate only up to user record 1, whose explicit hash key is no number"}},
		{"empty", sealed("\x0a\x05ord-1"), []string{"false its aggregate holds no user records, and KCL consumers are given nothing of it"}},
		{"damaged", aggregate(user("l", "none", "ord-1")) + "!", []string{"unknown"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, r := toldOf(t, c.data, "ord-1")
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("told %q, want %q", got, c.want)
			}
			var printed strings.Builder
			if err := Print(term.NewOutput(&printed, term.Never, func(string) string { return "" }), r); err != nil {
				t.Fatal(err)
			}
			reason, lost := strings.CutPrefix(got[len(got)-1], "false ")
			if strings.Contains(printed.String(), "\n    not deliverable: "+reason) != lost {
				t.Errorf("printed %s", &printed)
			}
			if slices.ContainsFunc(r.Caveats, func(n notice.Notice) bool {
				return n.Code == notice.NotDeliverable && strings.HasSuffix(n.Text, reason)
			}) != lost {
				t.Errorf("caveats %v", r.Caveats)
			}
		})
	}
}

// Each aggregate is judged for itself.
func TestDeliverableOfSeveralAggregates(t *testing.T) {
	w := newWorld(t, 2)
	home := kpl.Aggregate([]record.UserRecord{user("abc", "none", "ord-1"), user("abc", "none", "ord-1")})
	for _, data := range []string{misplaced(), string(home), misplaced()} {
		w.put("abc", data)
	}
	r := w.trace("ord-1", func(o *Options) { o.All = true })
	var got []bool
	for _, m := range r.Matches {
		got = append(got, *m.Deliverable)
	}
	if want := []bool{false, true, true, false}; !slices.Equal(got, want) {
		t.Errorf("deliverable %v, want %v", got, want)
	}
}

// A capture tells no shard's hash key range.
func TestDeliverableFromACapture(t *testing.T) {
	const line = `{"shardId":"shardId-000000000000","sequenceNumber":"7","partitionKey":"l","approximateArrivalTimestamp":"2026-11-23T09:00:00.000Z","data":"ord-1"`
	for end, want := range map[string]bool{"}": true, `,"subSequenceNumber":0}`: false} {
		clock := local.NewJumpClock(sim.Began)
		server, err := local.Capture(clock, "part", strings.NewReader(line+end))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, client: stream.New(awsconf.InProcess(server, "us-east-1"), "part", clock)}
		if m := w.trace("ord-1").Matches[0]; (m.Deliverable != nil) != want || m.Undeliverable() {
			t.Errorf("%s: matched %+v", end, m)
		}
	}
}

// What an aggregate says beside its user data is searched, and no hole if it is
// text; nor is an aggregate without user records one.
func TestBesideUserData(t *testing.T) {
	w := newWorld(t, 1)
	w.put("a", sealed("\x0a\x01k"))
	w.put("a", sealed("\x0a\x01k"+"\x1a\x0d\x08\x00\x1a\x02ok"+"\x22\x05\x0a\x03tag"+"\x4a\x05ord-1"))
	for _, event := range []string{"ord-1", "tag"} {
		r := w.trace(event)
		want(t, r, receipt.Found)
		if r.Matches[0].Path != "aggregate" {
			t.Errorf("%s stands at %s", event, r.Matches[0].Path)
		}
	}
	r := w.trace("ord-9")
	want(t, r, receipt.Absent)
	if r.Coverage.Records != 2 {
		t.Errorf("%d records", r.Coverage.Records)
	}
	w.put("a", sealed("\x0a\x01k"+"\x1a\x06\x08\x00\x1a\x02ok"+"\x4a\x01\x00"))
	want(t, w.trace("ord-9"), receipt.Inconclusive, "opaque")
}
