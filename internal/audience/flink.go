package audience

import (
	"fmt"
	"strings"
	"time"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// Application is one of Managed Service for Apache Flink.
//
// https://docs.aws.amazon.com/managed-flink/latest/apiv2/API_ApplicationDetail.html
type Application struct {
	Name, ARN string
	// Status is RUNNING, READY where it is stopped, or what it is about to be.
	Status    string
	CreatedAt time.Time
	// SQL tells that it is one of Kinesis Data Analytics for SQL, whose Inputs are all
	// that it reads.
	SQL    bool
	Inputs []Input
	// Properties are what the code of a Flink application is given, and where it may find
	// the names of its streams.
	Properties []Property
}

// Input is a stream that a SQL application reads, from NOW, TRIM_HORIZON or
// LAST_STOPPED_POINT on.
type Input struct{ StreamARN, StartingPosition string }

// Property is a runtime property, in its group.
type Property struct{ Group, Key, Value string }

// Consumer is what an application tells that names the stream; else it is false.
func (a Application) Consumer(q Question) (Consumer, bool) {
	from, naming := a.naming(q)
	if naming == nil {
		return Consumer{}, false
	}
	c := Consumer{Kind: Flink, Name: a.Name, ARN: a.ARN, State: a.Status, Since: record.Timestamp{Time: a.CreatedAt}, StartingPosition: from}
	c.tell(q.each(func(e Event) []string { return a.skipped(e, from) })...)
	c.tell(naming...)
	switch a.Status {
	case "RUNNING", "":
	case "READY":
		c.tell("it is READY: it does not run, and reads nothing")
	default:
		c.tell("it is " + a.Status + ": only a RUNNING one is sure to read")
	}
	return c, true
}

// naming is where the application names the stream, and where from it reads that if it
// tells; nil where it names it nowhere.
func (a Application) naming(q Question) (from string, tells []string) {
	for _, in := range a.Inputs {
		if in.StreamARN == q.ARN {
			return in.StartingPosition, []string{"no position is told; CloudWatch tells how far behind it is: MillisBehindLatest of Application " + a.Name}
		}
	}
	for _, p := range a.Properties {
		if p.Value == q.Name || p.Value == q.ARN {
			return "", []string{
				fmt.Sprintf("it is listed since its property %s of the group %s names the stream: its code alone tells whether it reads it or writes to it", p.Key, p.Group),
				"its position is inside its checkpoints and savepoints, which AWS does not show; CloudWatch tells how far behind it is: millisBehindLatest of Application " + a.Name,
			}
		}
	}
	return "", nil
}

// skipped is what follows from an event that came before the application was created.
func (a Application) skipped(e Event, from string) []string {
	switch {
	case !e.before(a.CreatedAt), from == "TRIM_HORIZON":
		return nil
	case from == "NOW":
		return []string{fmt.Sprintf("likely skipped: it was created at %s, after the event had come, and begins at NOW", words(a.CreatedAt))}
	}
	return []string{fmt.Sprintf("it was created at %s, after the event had come: it read the event only if it began at an earlier position", words(a.CreatedAt))}
}

// silentMax bounds how many names are told of applications that tell no stream.
const silentMax = 5

// Silent are the applications whose streams only their code names, in one row, if there
// are any that could read this one.
func Silent(all []Application) (Consumer, bool) {
	var names []string
	for _, a := range all {
		if !a.SQL {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 {
		return Consumer{}, false
	}
	shown := strings.Join(names[:min(len(names), silentMax)], ", ")
	if len(names) > silentMax {
		shown += ", …"
	}
	return Consumer{Kind: Flink, NotChecked: fmt.Sprintf("the code of a Flink application names its streams, and the properties of %s (%s) do not name this one", term.Count(len(names), "application"), shown)}, true
}
