package report

import (
	"fmt"
	"strconv"
	"time"

	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// fact is something to know of how the verdict came about.
type fact struct{ Name, Value string }

func (p Page) facts() []fact {
	r := p.Receipt
	all := []fact{{"Asked for", p.Event}, {"Stream", r.Stream.Name}, {"ARN", r.Stream.ARN}, {"Account, region", r.Account + ", " + r.Region}, {"Endpoint", r.Endpoint}}
	if r.Stream.Capture {
		all = []fact{{"Asked for", p.Event}, {"Capture", r.Endpoint + ", of stream " + r.Stream.Name}}
	} else if r.Stream.RetentionHours > 0 {
		all = append(all, fact{"Created (UTC)", when(&r.Stream.CreatedAt)}, fact{"Retention period", term.Count(r.Stream.RetentionHours, "hour")})
	}
	all = append(all,
		fact{"Window (UTC)", window(r.Window)},
		fact{"Scan (UTC)", at(r.StartedAt) + " to " + at(r.FinishedAt)},
		fact{"Read", term.Count(r.Coverage.Records, "record") + " (" + term.Count(r.Coverage.UserRecords, "user record") + "), " + term.Bytes(r.Coverage.Bytes)},
		fact{"Not opened", unopened(r)},
	)
	all = append(all, parts(r)...)
	all = append(all, settings(r.Settings)...)
	if skew := r.ServerClockSkewMillis; skew != 0 {
		all = append(all, fact{"This machine’s clock", fmt.Sprintf("%+d ms from the server’s, which was used", skew)})
	}
	return told(append(all, fact{"Tool", r.Tool}))
}

// parts is which part of the shards was read, or of which parts it was merged.
func parts(r receipt.Receipt) []fact {
	switch {
	case r.Part != nil:
		return []fact{{"Part (--part)", r.Part.Words() + "; the shards of the others were not read"}}
	case r.Joined != nil:
		return []fact{{"Merged of", fmt.Sprintf("%s of %s", term.Number(len(r.Joined)), term.Count(r.Joined[0].Of, "part"))}}
	}
	return nil
}

func window(w receipt.Window) string {
	text := at(w.From) + " to " + at(w.Until) + ", both ends included"
	if w.Open {
		text += "; no beginning was asked for, it is that of what the stream still held"
	}
	return text
}

// unopened counts the records that could be judged by their bytes alone.
func unopened(r receipt.Receipt) string {
	return fmt.Sprintf("%s broken, %s in a form that cannot be read", term.Number(r.Coverage.Broken), term.Number(r.Coverage.Opaque))
}

func settings(s receipt.Settings) []fact {
	opaque := "records that cannot be opened are holes in the proof"
	if s.Opaque == receipt.Bytes {
		opaque = "records that cannot be opened are judged by their bytes"
	}
	narrow := "all shards"
	if s.Narrow {
		narrow = "only the shards that the partition key names"
	}
	consumers := ""
	if s.FanOut > 0 {
		consumers = strconv.Itoa(s.FanOut)
	}
	kept := "none"
	if s.WithData {
		kept = "that of matches"
		if s.Redact != "" {
			kept += ", less what jq '" + s.Redact + "' leaves out"
		}
	}
	return []fact{
		{"Decoded (--decode)", s.Decode}, {"Schemas", s.Schemas}, {"Unreadable (--opaque)", opaque}, {"Shards (--narrow)", narrow},
		{"Settle time (--settle)", (time.Duration(s.SettleMillis) * time.Millisecond).String()}, {"Share of the read quota (--read-share)", s.ReadShare.String()}, {"Consumers (--fan-out)", consumers}, {"Data kept (--with-data)", kept},
	}
}

// told leaves out what nobody told, and makes the rest safe to look at.
func told(facts []fact) (all []fact) {
	for _, f := range facts {
		if f.Value != "" && f.Value != ", " {
			all = append(all, fact{f.Name, line(f.Value)})
		}
	}
	return all
}
