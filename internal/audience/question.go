package audience

import (
	"fmt"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// Question is whose consumers are asked for, and about which events.
type Question struct {
	// Name and ARN are the stream's.
	Name, ARN string
	// RecordBytesMax is the most that a record of the stream may have.
	RecordBytesMax int
	// Events are the first EventsMax of Copies; none where only the stream is asked about.
	Events []Event
	Copies int
}

// EventsMax bounds how many copies of an event each consumer is asked about.
const EventsMax = 5

// Event is a user record that is in the stream.
type Event struct {
	ShardID string
	Number  record.SequenceNumber
	// ArrivedAt is zero where nobody tells.
	ArrivedAt time.Time
}

// each is what is told of each event, and of which copy, where there are several.
func (q Question) each(tell func(Event) []string) (lines []string) {
	for i, e := range q.Events {
		for _, text := range tell(e) {
			if q.Copies > 1 {
				text = fmt.Sprintf("copy %d: %s", i+1, text)
			}
			lines = append(lines, text)
		}
	}
	if len(lines) > 0 && q.Copies > len(q.Events) {
		lines = append(lines, fmt.Sprintf("only the first %d of %s copies were held against it", len(q.Events), term.Number(q.Copies)))
	}
	return lines
}

// None says that nothing of a kind reads the stream, as far as one may see.
func None(kind Kind) Consumer {
	text := "none in the account of these credentials, in the stream's region"
	if kind == FanOut {
		text = "none is registered"
	}
	return Consumer{Kind: kind, Tells: []string{text}}
}

// Unlisted is who may read a stream and stands in no list of it.
const Unlisted = "Not listed: any client that may read the stream can poll it and leaves no trace there, such as EventBridge Pipes, Redshift's streaming ingestion, Spark, Snowflake's connector, Flink elsewhere, or a program of one's own. Nor are the stream's own channels, and what runs in other accounts."

// textMax bounds what a service says in words of its own.
const textMax = 1000

// words is a time as people read it.
func words(at time.Time) string { return record.Timestamp{Time: at}.Words() }

// before tells whether an event is known to have come before a time: not if either is
// unknown.
func (e Event) before(at time.Time) bool {
	return !e.ArrivedAt.IsZero() && e.ArrivedAt.Before(at)
}
