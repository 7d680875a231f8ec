package receipt

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kinspect/internal/record"
)

func TestParsePart(t *testing.T) {
	for text, want := range map[string]Part{
		"1/2": {1, 2}, "2/2": {2, 2}, "64/64": {64, 64}, "10000/10000": {10000, 10000}, "1/1": {},
	} {
		if got, err := ParsePart(text); got != want || err != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"": "a part is I/N, such as 2/4", "2": "a part is", "2/": "a part is", "/4": "a part is", "a/4": "a part is", "-1/4": "a part is", "1/2/3": "a part is",
		"0/4": "parts count from 1", "0/0": "parts count from 1", "1/0": "parts count from 1", "5/4": "there is no part 5 of 4",
		"1/10001": "a trace has 10,000 parts at the most", "1/99999999999": "a part is",
	} {
		if got, err := ParsePart(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %s", text, got, err, want)
		}
	}
	if _, err := ParsePart("0/4"); !errors.Is(err, ErrPartFromZero) {
		t.Error(err)
	}
}

// Whose a shard is must be the same in every version, and on every machine. The hashes
// were made by another's hand.
func TestOwner(t *testing.T) {
	for id, want := range map[string][3]int{ // of 2, 4 and 64 parts
		"shardId-000000000000": {2, 2, 2}, "shardId-000000000001": {1, 3, 15}, "shardId-000000009999": {2, 2, 38},
	} {
		if got := [3]int{Owner(id, 2), Owner(id, 4), Owner(id, 64)}; got != want {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}

// Each shard is one part's, and none has much more than its share.
func TestPartsShare(t *testing.T) {
	for _, of := range []int{2, 3, 4, 7, 8, 16, 64} {
		counts := map[int]int{}
		for i := range 10_000 {
			id, owners := fmt.Sprintf("shardId-%012d", i), 0
			for index := 1; index <= of; index++ {
				if (Part{index, of}).Reads(id) {
					owners++
					counts[index]++
				}
			}
			if owners != 1 || !(Part{}).Reads(id) {
				t.Fatalf("%s is of %d of %d parts", id, owners, of)
			}
		}
		for index := 1; index <= of; index++ {
			if share := 10_000 / of; counts[index] < share*2/3 || counts[index] > share*4/3 {
				t.Errorf("part %d of %d has %d shards of 10,000", index, of, counts[index])
			}
		}
	}
}

// What a part's last listing did not show may hold records of the window, but where it
// cannot have been there.
func TestMayHold(t *testing.T) {
	at := func(text string) *record.Timestamp {
		if text == "" {
			return nil
		}
		parsed, err := time.Parse(time.TimeOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return &record.Timestamp{Time: parsed}
	}
	r := Receipt{Window: Window{From: *at("10:00:00"), Until: *at("11:00:00")}, Settings: Settings{SettleMillis: 10_000}}
	for _, c := range []struct {
		name, opened, closed, listed string
		want                         bool
	}{
		{"in the window", "10:30:00", "", "11:00:30", true},
		{"before it, and closed within", "09:00:00", "10:00:01", "11:00:30", true},
		{"closed less than a pad before it", "09:00:00", "09:59:01", "11:00:30", true},
		{"closed a pad before it", "09:00:00", "09:59:00", "11:00:30", false},
		{"behind the window and its pad", "11:01:01", "", "12:00:00", false},
		{"in the pad, when it should have been listed", "11:00:59", "", "12:00:00", true},
		{"in the pad, after the listing", "11:00:50", "", "11:00:50", false},
		{"in the same second as the listing", "11:00:50", "", "11:00:50", false},
		{"in the pad, before a listing that may lag", "11:00:45", "", "11:00:50", false},
		{"in the pad, and longer before it", "11:00:39", "", "11:00:50", true},
		{"nobody knows when", "", "", "11:00:30", true},
		{"nobody knows when, and closed before", "", "09:00:00", "11:00:30", false},
	} {
		o := Other{ShardID: "shardId-000000000007", OpenedAt: at(c.opened), ClosedAt: at(c.closed)}
		if got := r.mayHold(o, at(c.listed).Time); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
