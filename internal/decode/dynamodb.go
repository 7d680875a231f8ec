package decode

import (
	"encoding/json"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// images are the members of a change record whose values have types.
var images = []string{"Keys", "NewImage", "OldImage"}

// openChange makes plain JSON of a change record of DynamoDB: the types of its
// values go, their digits stay.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
func openChange(document []byte, limit int) ([]byte, error) {
	record, _ := members(document)
	at := slices.IndexFunc(record, func(m member) bool { return m.name == "dynamodb" })
	if at < 0 {
		return nil, nil
	}
	change, ok := members(record[at].value)
	if !ok {
		return nil, nil
	}
	for i, m := range change {
		if !slices.Contains(images, m.name) {
			continue
		}
		plain, ok := plainMap(nil, m.value)
		if !ok {
			return nil, nil
		}
		change[i].value = plain
	}
	record[at].value = appendObject(nil, change)
	out := appendObject(nil, record)
	if len(out) > limit {
		return nil, errTooLarge
	}
	return out, nil
}

// plainMap appends an object of typed values as one of plain values.
func plainMap(out []byte, typed []byte) ([]byte, bool) {
	all, ok := members(typed)
	if !ok {
		return nil, false
	}
	for i := range all {
		if all[i].value, ok = plainValue(all[i].value); !ok {
			return nil, false
		}
	}
	return appendObject(out, all), true
}

// plainValue turns {"S":"x"} into "x", and so on.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
func plainValue(typed []byte) (plain []byte, ok bool) {
	one, ok := members(typed)
	if !ok || len(one) != 1 {
		return nil, false
	}
	switch value := one[0].value; one[0].name {
	case "S", "B", "BOOL", "SS", "BS":
		return value, true
	case "NULL":
		return []byte("null"), true
	case "N":
		return plainNumber(value)
	case "NS":
		return plainList(value, plainNumber)
	case "L":
		return plainList(value, plainValue)
	case "M":
		return plainMap(nil, value)
	}
	return nil, false
}

func plainNumber(quoted []byte) ([]byte, bool) {
	digits, err := jsontext.AppendUnquote(nil, quoted)
	number := err == nil && jsontext.Value(digits).Kind() == '0' && jsontext.Value(digits).IsValid()
	return digits, number
}

func plainList(list []byte, plain func([]byte) ([]byte, bool)) ([]byte, bool) {
	var items []json.RawMessage
	if json.Unmarshal(list, &items) != nil {
		return nil, false
	}
	out := []byte{'['}
	for i, item := range items {
		value, ok := plain(item)
		if !ok {
			return nil, false
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, value...)
	}
	return append(out, ']'), true
}
