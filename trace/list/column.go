package list

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Column reads the events from a column of a CSV file whose first row names the
// columns, by its name or by its number from 1 on. Commas part the fields, or
// semicolons or tabs where the first row has no comma.
func Column(r io.Reader, column string) (*List, error) {
	in, err := open(r)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(in)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	start, _ := in.Peek(in.Size()) // its error comes again
	rows.Comma = separator(start)
	names, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it has no events")
	} else if err != nil {
		return nil, err
	}
	at, err := columnOf(names, column)
	if err != nil {
		return nil, err
	}
	b := newBuilder()
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return b.list()
		} else if err != nil {
			return nil, err
		}
		number, _ := rows.FieldPos(0)
		if at >= len(row) {
			return nil, fmt.Errorf("line %d has %d of the columns, and not %q", number, len(row), column)
		}
		if err := b.add(number, row[at]); err != nil {
			return nil, err
		}
	}
}

func separator(start []byte) rune {
	first, _, _ := bytes.Cut(start, []byte("\n"))
	for _, c := range []byte(",;\t") {
		if bytes.IndexByte(first, c) >= 0 {
			return rune(c)
		}
	}
	return ','
}

// columnOf is the index of a column; a name comes before a number.
func columnOf(names []string, column string) (int, error) {
	trimmed := make([]string, len(names))
	for i, name := range names {
		trimmed[i] = strings.TrimSpace(name)
	}
	if i := slices.Index(trimmed, column); i >= 0 {
		if slices.Contains(trimmed[i+1:], column) {
			return 0, fmt.Errorf("several columns are named %q; give the number of one", column)
		}
		return i, nil
	}
	if n, err := strconv.Atoi(column); err == nil && n >= 1 && n <= len(names) {
		return n - 1, nil
	}
	return 0, fmt.Errorf("it has no column %q, but %s", column, strings.Join(trimmed, ", "))
}
