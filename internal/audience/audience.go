// Package audience is who reads a stream, as the services tell it that run what reads:
// the consumers, in AWS' word, and what each can and cannot tell about one event. It is
// pure: the services are asked elsewhere.
package audience

import (
	"strings"

	"kinspect/internal/record"
)

// Kind is a kind of consumer.
type Kind string

// The kinds. They are a contract: added to, never renamed.
const (
	// FanOut is a consumer that is registered for enhanced fan-out.
	FanOut Kind = "fan-out"
	// Lambda is an event source mapping.
	Lambda Kind = "lambda"
	// Firehose is a delivery stream whose source is the stream.
	Firehose Kind = "firehose"
	// Flink is an application of Managed Service for Apache Flink, or a SQL application of
	// Kinesis Data Analytics.
	Flink Kind = "flink"
	// KCL is an application of the Kinesis Client Library, by its lease table.
	KCL Kind = "kcl"
)

// Words is the kind as people speak of it.
func (k Kind) Words() string {
	return map[Kind]string{
		FanOut: "registered consumer", Lambda: "Lambda event source mapping", Firehose: "Firehose stream",
		Flink: "Managed Flink application", KCL: "KCL application",
	}[k]
}

// Consumer is one that reads the stream; or, with NotChecked, what might and could not be
// asked for.
type Consumer struct {
	Kind Kind `json:"kind"`
	// Name is the service's own: of a lease table, its application. It is empty where all
	// of a kind were not checked.
	Name string `json:"name,omitempty"`
	ARN  string `json:"arn,omitempty"`
	// State is the service's word for it, such as ACTIVE or Enabled.
	State string `json:"state,omitempty"`
	// Since is when it was created, or last changed in what it reads; absent where nobody
	// tells.
	Since record.Timestamp `json:"since,omitzero"`
	// StartingPosition is where it began: TRIM_HORIZON, LATEST, AT_TIMESTAMP.
	StartingPosition string `json:"startingPosition,omitempty"`
	// Tells are sentences: what is known of it, and what it can and cannot tell about one
	// event.
	Tells []string `json:"tells,omitempty"`
	// Positions are where it is against each of some events, where it tells its place.
	Positions []Position `json:"positions,omitempty"`
	// NotChecked says why it was not asked, with the action that it needs.
	NotChecked string `json:"notChecked,omitempty"`
}

// Title names the consumer for people.
func (c Consumer) Title() string {
	if c.Name == "" {
		return c.Kind.Words() + "s"
	}
	return c.Kind.Words() + " " + c.Name
}

// Standing is its state and since when it reads, in a line, or nothing where nobody tells.
func (c Consumer) Standing() string {
	var parts []string
	if c.State != "" {
		parts = append(parts, c.State)
	}
	if !c.Since.IsZero() {
		parts = append(parts, "since "+c.Since.Words())
	}
	if c.StartingPosition != "" {
		parts = append(parts, "from "+c.StartingPosition)
	}
	return strings.Join(parts, ", ")
}
