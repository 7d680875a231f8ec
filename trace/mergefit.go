package trace

import (
	"cmp"
	"fmt"
	"reflect"
	"time"

	"kinspect/trace/receipt"
)

// CannotMerge is receipts that do not go together.
type CannotMerge struct {
	Reason string
	// Window: their windows do not.
	Window bool
}

func (e *CannotMerge) Error() string { return "merging the receipts: " + e.Reason }

// fits returns why a receipt is not of another part of the same question.
func (m *Merger) fits(name string, r receipt.Receipt) error {
	differ := func(format string, values ...any) error {
		return &CannotMerge{Reason: name + " " + fmt.Sprintf(format, values...)}
	}
	part := r.PartOf()
	if said := r.Contradictions(); said != nil {
		return differ("contradicts itself: %s", said[0])
	}
	switch was := m.names[max(1, part.Index)]; {
	case r.Joined != nil:
		return differ("is merged already: give the receipts of the parts that it was merged of")
	case r.Part == nil && m.first != "" && m.part.Whole(), r.Part != nil && part.Of == m.part.Of && was != "":
		return differ("is of %s, and so is %s", part.Words(), cmp.Or(was, m.first))
	case m.first == "":
		return nil
	case part.Of != m.part.Of:
		return differ("is of %s, and %s of %s", part.Words(), m.first, m.part.Words())
	}
	return m.sameQuestion(differ, r)
}

// sameQuestion returns how a receipt's stream, or what is asked of it, is another one.
func (m *Merger) sameQuestion(differ func(string, ...any) error, r receipt.Receipt) error {
	first := m.joining.Asked()
	settings := r.Settings
	settings.ReadShare, settings.FanOut = first.Settings.ReadShare, first.Settings.FanOut // they decide nothing
	for _, same := range []struct{ what, is, was string }{
		{"the stream", r.Stream.ARN, first.Stream.ARN},
		{"the account", r.Account, first.Account},
		{"the region", r.Region, first.Region},
		{"the endpoint", cmp.Or(r.Endpoint, "of AWS"), cmp.Or(first.Endpoint, "of AWS")},
		{"a stream created at", r.Stream.CreatedAt.Words(), first.Stream.CreatedAt.Words()},
		{"the event", Name(r.Event), Name(first.Event)},
		{"a trace with", choices(r.Settings), choices(first.Settings)},
	} {
		if same.is != same.was {
			return differ("is of %s %s, and %s of %s", same.what, same.is, m.first, same.was)
		}
	}
	if !reflect.DeepEqual(r.Event, first.Event) || settings != first.Settings {
		return differ("asks for something else than %s", m.first)
	}
	return nil
}

// choices are the settings that parts must share.
func choices(s receipt.Settings) string {
	text := fmt.Sprintf("--decode %s --opaque %s --settle %s", s.Decode, s.Opaque, time.Duration(s.SettleMillis)*time.Millisecond)
	for _, flag := range []struct {
		given bool
		text  string
	}{{s.Narrow, " --narrow"}, {s.Schemas != "", ", by the schemas " + s.Schemas}, {s.WithData, " --with-data"}, {s.Redact != "", " --redact " + s.Redact}} {
		if flag.given {
			text += flag.text
		}
	}
	return text
}
