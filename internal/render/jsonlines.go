package render

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"kinspect/internal/record"
	"kinspect/internal/term"
)

// jsonLines is `-o json`: an envelope a line. Data that is JSON keeps its order
// of keys and the spelling of its numbers and strings; white space between
// tokens goes, and what could harm a terminal is escaped as JSON allows, on a
// pipe too, so a capture may be looked at with anything.
//
// It appends what term.AppendJSON makes of Item.Envelope, without making one.
type jsonLines struct{}

func (jsonLines) Append(dst []byte, it Item) ([]byte, error) {
	u := &it.User
	dst = appendQuoted(append(dst, `{"shardId":`...), u.ShardID)
	dst = appendQuoted(append(dst, `,"sequenceNumber":`...), string(u.SequenceNumber))
	if u.Aggregated {
		dst = strconv.AppendInt(append(dst, `,"subSequenceNumber":`...), int64(u.SubSequenceNumber), 10)
	}
	if u.UserKey != nil {
		dst = appendQuoted(append(dst, `,"partitionKey":`...), *u.UserKey)
	}
	dst = append(dst, `,"approximateArrivalTimestamp":"`...)
	dst = append(append(dst, record.Timestamp{Time: u.ArrivedAt}.String()...), '"')
	if u.EncryptionType != "" {
		dst = appendQuoted(append(dst, `,"encryptionType":`...), u.EncryptionType)
	}
	dst = appendDecoded(appendData(dst, it), it)
	if it.Err != nil && it.Err.Error() != "" {
		dst = appendQuoted(append(dst, `,"decodeError":`...), it.Err.Error())
	}
	return append(dst, "}\n"...), nil
}

// appendData appends the member that has the data, of the kind that it is.
func appendData(dst []byte, it Item) []byte {
	if !utf8.Valid(it.Data) || it.Kind == Binary {
		if len(it.Data) == 0 {
			return dst
		}
		dst = base64.StdEncoding.AppendEncode(append(dst, `,"dataBase64":"`...), it.Data)
		return append(dst, '"')
	}
	dst = append(dst, `,"data":`...)
	start := len(dst)
	dst, isJSON := it.appendJSON(dst)
	if !isJSON {
		dst, _ = jsontext.AppendQuote(dst, it.Data) // fails on invalid UTF-8 alone
	}
	return escapeFrom(dst, start)
}

// escapeFrom escapes the JSON that dst ends with, from start on.
func escapeFrom(dst []byte, start int) []byte {
	end := len(dst)
	dst = term.AppendEscapedJSON(dst, dst[start:end])
	return append(dst[:start], dst[end:]...)
}

func appendDecoded(dst []byte, it Item) []byte {
	before := `,"decoded":[`
	if it.User.Aggregated {
		dst, before = append(append(dst, before...), `"kpl"`...), ","
	}
	for _, layer := range it.Layers {
		dst = appendQuoted(append(dst, before...), layer)
		before = ","
	}
	if before == "," {
		dst = append(dst, ']')
	}
	return dst
}

// appendQuoted appends a text as a JSON string.
func appendQuoted(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			line, err := term.AppendJSON(dst, text, "")
			if err != nil {
				panic(err) // no string fails
			}
			return bytes.TrimSuffix(line, []byte("\n"))
		}
	}
	return append(append(append(dst, '"'), text...), '"')
}
