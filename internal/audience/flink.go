package audience

import (
	"fmt"
	"slices"
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
	c := Consumer{Kind: Flink, Name: a.Name, ARN: a.ARN, State: a.Status, Since: record.Timestamp{Time: a.CreatedAt}}
	if input := slices.IndexFunc(a.Inputs, func(in Input) bool { return in.StreamARN == q.ARN }); input >= 0 {
		c.StartingPosition = a.Inputs[input].StartingPosition
		c.tell("no position is told; CloudWatch tells how far behind it is: MillisBehindLatest of Application " + a.Name)
	} else if property := slices.IndexFunc(a.Properties, func(p Property) bool { return p.Value == q.Name || p.Value == q.ARN }); property >= 0 {
		p := a.Properties[property]
		c.tell(fmt.Sprintf("it is listed since its property %s of the group %s names the stream: its code alone tells whether it reads it or writes to it", p.Key, p.Group),
			"its position is inside its checkpoints and savepoints, which AWS does not show; CloudWatch tells how far behind it is: millisBehindLatest of Application "+a.Name)
	} else {
		return Consumer{}, false
	}
	if a.Status == "READY" {
		c.tell("it is READY: it does not run, and reads nothing")
	} else if a.Status != "" && a.Status != "RUNNING" {
		c.tell("it is " + a.Status + ": only a RUNNING one is sure to read")
	}
	c.tell(q.each(func(e Event) []string { return a.skipped(e, c.StartingPosition) })...)
	return c, true
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
