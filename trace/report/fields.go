package report

import (
	"encoding/base64"
	"strconv"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// line makes visible what could mislead a reader; the template escapes HTML.
func line(text any) string {
	switch text := text.(type) {
	case record.SequenceNumber:
		return term.EscapeLine(string(text))
	case notice.Code:
		return term.EscapeLine(string(text))
	case receipt.Verdict:
		return term.EscapeLine(string(text))
	case string:
		return term.EscapeLine(text)
	}
	return ""
}

func at(t record.Timestamp) string { return t.Words() }

// none stands where there is nothing to say.
const none = "–"

func when(t *record.Timestamp) string {
	if t == nil || t.IsZero() {
		return none
	}
	return t.Words()
}

func place(m receipt.Match) string {
	number := line(m.SequenceNumber)
	if m.SubSequenceNumber != nil {
		number += ":" + strconv.Itoa(*m.SubSequenceNumber)
	}
	return number
}

func key(m receipt.Match) string {
	if m.PartitionKey == nil {
		return none
	}
	return line(*m.PartitionKey)
}

// where says where in the record the event stands, and what is odd about that.
func where(m receipt.Match) string {
	text := m.Path
	if text == "" {
		text = none
	}
	if !m.Whole && m.Text != "" {
		text += ", as part of a longer text" // which is data, and not shown
	}
	if m.Undeliverable() {
		text += "; KCL consumers are not given it: " + m.DeliverableReason
	}
	if m.DecodeError != "" {
		text += "; " + m.DecodeError
	}
	return line(text)
}

// data is what was kept of the record's data, or nothing where nothing was.
func data(m receipt.Match) string {
	if m.DataBase64 != nil {
		return "in base64: " + base64.StdEncoding.EncodeToString(m.DataBase64)
	}
	return string(term.AppendEscapedJSON(nil, m.Data))
}
