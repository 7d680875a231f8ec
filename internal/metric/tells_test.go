package metric

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// counted is the window from 10:00:30 to 10:05:30, a minute and a half of it in periods
// that reach beyond.
func counted(incoming []Sum, read Read) Counted {
	c := Counted{From: at(0.5), Until: at(5.5), Now: at(60), Read: read, Series: []Series{{Incoming, incoming}}}
	c.Periods = Over(c.From, c.Until, c.Now)
	return c
}

func readAt(minutes ...float64) Read {
	read := Read{}
	for _, minute := range minutes {
		read[MinuteOf(at(minute))]++
	}
	return read
}

// What came in is held against what was read: the whole minutes at the least, and with a
// minute to either side of them at the most.
func TestCompared(t *testing.T) {
	none := []Sum{Unknown, Unknown, Unknown, Unknown, Unknown, Unknown}
	for _, c := range []struct {
		name     string
		incoming []Sum
		read     Read
		missing  int64
		told     string
	}{
		{"the same", []Sum{9, 1, 0, 1, 1, 9}, readAt(1, 3, 4), 0,
			"CloudWatch counted 3 records that came in (IncomingRecords) in the 4 whole minutes of the window, and 3 records were read that arrived then: none is missing by that count"},
		{"more in minutes that the window cuts", []Sum{900, 1, 0, 0, 0, 900}, readAt(1), 0, "and 1 record was read that arrived then: none is missing by that count"},
		{"less than was read, as it comes late", []Sum{0, 1, 0, 0, 0, 0}, readAt(1, 2, 3), 0, "and 3 records were read that arrived then: none is missing by that count"},
		{"one is counted in the minute after it arrived", []Sum{0, 2, 0, 0, 0, 0}, readAt(0.9, 1), 0,
			"and 1 record was read that arrived then; the minutes beside hold enough for the rest, which is no proof that none is missing"},
		{"one is counted in the minute before", []Sum{0, 0, 0, 0, 1, 0}, readAt(5), 0, "and 0 records were read that arrived then; the minutes beside hold enough"},
		{"one fewer was read", []Sum{0, 1, 0, 1, 1, 0}, readAt(1, 3), 1,
			"CloudWatch counted 3 records that came in (IncomingRecords) in the 4 whole minutes of the window, but only 2 records were read that arrived then, give or take a minute: at least 1 record was missing from what was read"},
		{"none was read", []Sum{0, 400, 0, 0, 0, 0}, nil, 400, "but only 0 records were read that arrived then, give or take a minute: at least 400 records were missing"},
		{"what arrived two minutes away is another", []Sum{0, 1, 0, 0, 0, 0}, readAt(-1), 1, "at least 1 record was missing"},
		{"minutes without a datapoint", []Sum{Unknown, 1, Unknown, Unknown, 1, Unknown}, readAt(1, 2, 4), 0,
			"in the 4 whole minutes of the window (of which 2 have a datapoint), and 2 records were read that arrived then: none is missing"},
		{"as many were read, but in minutes without a datapoint", []Sum{Unknown, 3, Unknown, Unknown, Unknown, Unknown}, readAt(3, 3.1, 4, 4.1), 3, "but only 0 records were read that arrived then, give or take a minute: at least 3 records were missing"},
		{"a steady stream, of which a minute may be missing", []Sum{2, 2, 2, 2, 2, 2}, readAt(0, 0.1, 1, 1.1, 2, 2.1, 4, 4.1, 5, 5.1), 0,
			"CloudWatch counted 8 records that came in (IncomingRecords) in the 4 whole minutes of the window, and 6 records were read that arrived then; the minutes beside hold enough for the rest, which is no proof"},
		{"no datapoint", none, readAt(1), 0, "CloudWatch has no datapoint of IncomingRecords in any of the 4 whole minutes of the window; that is not zero"},
		{"one in a minute that the window cuts", []Sum{5, Unknown, Unknown, Unknown, Unknown, Unknown}, readAt(1), 0, "no datapoint of IncomingRecords in any of the 4 whole minutes of the window"},
		{"silence", []Sum{0, 0, 0, 0, 0, 0}, nil, 0, "IncomingRecords is 0 in all 6 minutes of the window: nothing at all was put, which supports that it did not enter"},
		{"silence, but for a minute that nobody knows", []Sum{0, 0, 0, 0, Unknown, 0}, nil, 0, "CloudWatch counted 0 records"},
		{"silence, but something was read", []Sum{0, 0, 0, 0, 0, 0}, readAt(3), 0, "CloudWatch counted 0 records"},
	} {
		m, missing := counted(c.incoming, c.read).Metrics()
		if missing != c.missing || !strings.Contains(m.Tells[0], c.told) {
			t.Errorf("%s: %d missing: %s", c.name, missing, m.Tells[0])
		}
		if (missing > 0) != strings.Contains(m.Tells[0], "missing from") {
			t.Errorf("%s: %s", c.name, m.Tells[0])
		}
	}
}

// Where not all was read, or no minute lies in the window, nothing is compared; what was
// refused is told all the same.
func TestIncomparable(t *testing.T) {
	c := counted([]Sum{0, 400, 0, 0, 0, 0}, nil)
	c.Incomparable = "not all of the window was read"
	m, missing := c.Metrics()
	if missing != 0 || m.Tells[0] != "what came in is not compared with what was read: not all of the window was read" || m.Read != nil || len(m.Tells) != 2 {
		t.Errorf("%d missing, %v read: %q", missing, m.Read, m.Tells)
	}
	c.Series[0].Sums = []Sum{0, 0, 0, 0, 0, 0}
	if m, missing = c.Metrics(); missing != 0 || m.Tells[0] != "IncomingRecords is 0 in all 6 minutes of the window: nothing at all was put, which supports that it did not enter; that is not compared with what was read: not all of the window was read" {
		t.Errorf("%d missing: %q", missing, m.Tells)
	}
	c = counted([]Sum{400, 400}, nil)
	c.Until = at(1.2)
	c.Periods = Over(c.From, c.Until, c.Now)
	if m, missing = c.Metrics(); missing != 0 || !strings.Contains(m.Tells[0], "no whole minute lies in the window") {
		t.Errorf("%d missing: %q", missing, m.Tells)
	}
}

// A metric without a datapoint is not zero, and each that is not zero has a sentence.
func TestRefused(t *testing.T) {
	zero, unknown := []Sum{0, 0, 0, 0, 0, 0}, []Sum{Unknown, Unknown, Unknown, Unknown, Unknown, Unknown}
	caution := "that names no record: whether the event was among those refused, CloudWatch cannot tell, and producers usually put again what was refused"
	for _, c := range []struct {
		name                    string
		full, throttled, failed []Sum
		around                  time.Time
		told                    []string
	}{
		{"none", zero, zero, zero, time.Time{}, []string{
			"no writes were refused that CloudWatch counted: WriteProvisionedThroughputExceeded, PutRecords.ThrottledRecords and PutRecords.FailedRecords are 0 in all 6 minutes"}},
		{"none, and no PutRecords", []Sum{0, 0, Unknown, 0, 0, 0}, unknown, unknown, time.Time{}, []string{
			"no writes were refused that CloudWatch counted: WriteProvisionedThroughputExceeded is 0 in 5 of 6 minutes; of PutRecords.ThrottledRecords and PutRecords.FailedRecords there is no datapoint; where there is no datapoint nothing is known"}},
		{"nothing known", unknown, unknown, unknown, time.Time{}, []string{
			"of WriteProvisionedThroughputExceeded, PutRecords.ThrottledRecords and PutRecords.FailedRecords there is no datapoint, which is not zero: it tells nothing of refused writes"}},
		{"in one minute", []Sum{0, 0, 412, 0, 0, 0}, zero, zero, time.Time{}, []string{
			"in the minute of 2026-11-28 10:02Z, 412 records were refused by a full shard (WriteProvisionedThroughputExceeded)", caution,
			"PutRecords.ThrottledRecords and PutRecords.FailedRecords are 0 in all 6 minutes"}},
		{"in several, of all kinds", []Sum{3, 0, 412, Unknown, 2, 0}, []Sum{0, 0, 400, 0, 0, 0}, []Sum{0, 1, 0, 0, 0, 0}, time.Time{}, []string{
			"in the minute of 2026-11-28 10:02Z, 412 records were refused by a full shard (WriteProvisionedThroughputExceeded); 417 in 3 minutes of the window",
			"in the minute of 2026-11-28 10:02Z, 400 records were throttled within PutRecords calls (PutRecords.ThrottledRecords)",
			"in the minute of 2026-11-28 10:01Z, 1 record of PutRecords calls failed inside Kinesis (PutRecords.FailedRecords)", caution}},
		{"near the time given", []Sum{3, 0, 412, 0, 2, 0}, zero, zero, at(4), []string{
			"in the minute of 2026-11-28 10:02Z, 412 records were refused by a full shard (WriteProvisionedThroughputExceeded); 417 in 3 minutes of the window; 2 of them within 1m of the time given", caution,
			"PutRecords.ThrottledRecords and PutRecords.FailedRecords are 0 in all 6 minutes"}},
		{"not known near the time given", []Sum{3, 0, Unknown, Unknown, Unknown, Unknown}, zero, zero, at(4), []string{
			"in the minute of 2026-11-28 10:00Z, 3 records were refused by a full shard (WriteProvisionedThroughputExceeded); within 1m of the time given nothing is known", caution,
			"PutRecords.ThrottledRecords and PutRecords.FailedRecords are 0 in all 6 minutes"}},
	} {
		counted := counted(zero, nil)
		counted.Series = append(counted.Series, Series{FullShard, c.full}, Series{throttled, c.throttled}, Series{failed, c.failed})
		counted.Around, counted.Within = c.around, time.Minute
		m, _ := counted.Metrics()
		if got := m.Tells[1:]; !slices.Equal(got, c.told) {
			t.Errorf("%s:\n%s", c.name, strings.Join(got, "\n"))
		}
	}
}

// Periods are named as they are long.
func TestLongPeriods(t *testing.T) {
	for length, want := range map[time.Duration]string{
		5 * time.Minute: "in the five-minute period of 2026-11-28 10:05Z, 1 record was refused",
		time.Hour:       "in the hour of 2026-11-28 11:00Z, 1 record was refused",
	} {
		c := Counted{Periods: Periods{ten, length, 3}, From: ten, Until: ten.Add(3*length - time.Millisecond), Now: at(600), Series: []Series{{FullShard, []Sum{0, 1, 0}}}}
		if m, _ := c.Metrics(); !strings.HasPrefix(m.Tells[1], want) {
			t.Errorf("%v: %q", length, m.Tells)
		}
	}
}

// What CloudWatch has hardly counted yet is said, and a receipt holds no more than so
// many sums.
func TestKept(t *testing.T) {
	late := "CloudWatch counts with a delay of some minutes: the last ones of the window may not be all in"
	for ago, want := range map[time.Duration]bool{0: true, 4 * time.Minute: true, 6 * time.Minute: false} {
		c := counted([]Sum{0, 0, 0, 0, 0, 0}, nil)
		c.Now = c.End().Add(ago)
		if m, _ := c.Metrics(); slices.Contains(m.Tells, late) != want {
			t.Errorf("after %v: %q", ago, m.Tells)
		}
	}
	c := Counted{From: ten, Until: ten.Add(15*day - 2*time.Hour), Now: ten.Add(15*day - 2*time.Hour), Read: readAt(0, 1, 700)}
	c.Periods = Over(c.From, c.Until, c.Now)
	m, _ := c.Metrics()
	if len(m.Series) != len(Names) || len(m.Read) > periodsKept || len(m.Read) < periodsKept/3 || m.Until.Before(c.Until) || int(m.Until.Sub(m.From.Time).Seconds()) != len(m.Read)*m.PeriodSeconds {
		t.Errorf("%d series, %d sums of %d s, until %v", len(m.Series), len(m.Read), m.PeriodSeconds, m.Until)
	}
	if read, _ := total(m.Read); read != 3 {
		t.Errorf("%d records were read", read)
	}
}
