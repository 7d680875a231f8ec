package local

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/record"
)

const (
	// aggregateMax is how many user records the sample's warehouse aggregates.
	aggregateMax = 6
	// logEventsMax is how many log events one envelope of the sample holds.
	logEventsMax = 5
)

// feed puts the sample's records into its stream, as the shop's services would.
type feed struct {
	stream *stream
	now    time.Time
	gzip   *gzip.Writer

	waiting map[*shard][]record.UserRecord // to be aggregated
	logged  []logEvent                     // to be sent in one envelope
	logs    int                            // events logged so far
}

func newFeed(t *stream) *feed {
	return &feed{stream: t, gzip: gzip.NewWriter(nil), waiting: map[*shard][]record.UserRecord{}}
}

// put puts a record whose shard is told by its partition key.
func (f *feed) put(key string, data []byte) {
	f.stream.put(f.owner(key), &entry{Data: data, PartitionKey: key}, f.now, f.now)
}

// owner is the shard that takes a partition key.
func (f *feed) owner(key string) *shard { return f.stream.owner(hashOf(key), f.now) }

// plain puts an event as JSON.
func (f *feed) plain(e orderEvent) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	f.put(e.Customer, data)
	return nil
}

// compressed puts an event as JSON in gzip.
func (f *feed) compressed(e orderEvent) error {
	data, err := f.compress(e)
	if err != nil {
		return err
	}
	f.put(e.Customer, data)
	return nil
}

func (f *feed) compress(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	f.gzip.Reset(&b)
	if _, err := f.gzip.Write(text); err != nil {
		return nil, err
	}
	err = f.gzip.Close()
	return b.Bytes(), err
}

// aggregate keeps an event until enough of its shard are there.
func (f *feed) aggregate(e orderEvent) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	d := f.owner(e.Customer)
	f.waiting[d] = append(f.waiting[d], record.UserRecord{UserKey: &e.Customer, UserData: data})
	if len(f.waiting[d]) == aggregateMax {
		f.aggregated(d)
	}
	return nil
}

// aggregated puts the user records that wait for a shard as the KPL does: with
// the partition key "a" and the hash key of the first, or, if there is just one,
// as it is.
func (f *feed) aggregated(d *shard) {
	users := f.waiting[d]
	delete(f.waiting, d)
	if len(users) == 0 {
		return
	}
	e := &entry{Data: users[0].UserData, PartitionKey: *users[0].UserKey}
	if len(users) > 1 {
		e = &entry{Data: kpl.Aggregate(users), PartitionKey: "a"}
	}
	f.stream.put(f.owner(*users[0].UserKey), e, f.now, f.now)
}

// logEnvelope is what a subscription of CloudWatch Logs puts, in gzip.
type logEnvelope struct {
	MessageType         string     `json:"messageType"`
	Owner               string     `json:"owner"`
	LogGroup            string     `json:"logGroup"`
	LogStream           string     `json:"logStream"`
	SubscriptionFilters []string   `json:"subscriptionFilters"`
	LogEvents           []logEvent `json:"logEvents"`
}

type logEvent struct {
	ID        string `json:"id"`
	Timestamp int64  `json:"timestamp"` // milliseconds since 1970
	Message   string `json:"message"`
}

// log notes what became of an order's payment, until there is enough for an
// envelope.
func (f *feed) log(o *order, outcome string) error {
	f.logs++
	e := o.event(outcome)
	f.logged = append(f.logged, logEvent{
		ID:        fmt.Sprintf("%056d", f.logs),
		Timestamp: f.now.UnixMilli(),
		Message:   fmt.Sprintf("INFO payment %s order=%s customer=%s amount=%.2f %s", outcome, o.id, o.customer, e.Total, e.Currency),
	})
	if len(f.logged) < logEventsMax {
		return nil
	}
	return f.sendLog()
}

func (f *feed) sendLog() error {
	if len(f.logged) == 0 {
		return nil
	}
	const logStream = "payments-1"
	data, err := f.compress(logEnvelope{
		MessageType:         "DATA_MESSAGE",
		Owner:               "123456789012",
		LogGroup:            "/checkout/payments",
		LogStream:           logStream,
		SubscriptionFilters: []string{"checkout"},
		LogEvents:           f.logged,
	})
	if err != nil {
		return err
	}
	f.put(fmt.Sprintf("%s-%d", logStream, f.logs), data)
	f.logged = nil
	return nil
}

// flush puts all that waits.
func (f *feed) flush() error {
	for _, d := range f.stream.shards {
		f.aggregated(d)
	}
	return f.sendLog()
}
