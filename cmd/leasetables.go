package cmd

import (
	"errors"
	"fmt"
	"regexp"
)

// tableName is what DynamoDB calls a table: a name, or an ARN.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
var tableName = regexp.MustCompile(`^([a-zA-Z0-9_.-]{3,255}|arn:[^:]+:dynamodb:[^:]+:[0-9]{12}:table/[a-zA-Z0-9_.-]{3,255})$`)

// checkTables refuses --lease-table where there is nothing to compare with.
func (f *traceFlags) checkTables() error {
	const one = "ask about each by itself, with --sequence-number"
	switch {
	case len(f.leaseTables) == 0:
		return nil
	case f.plan:
		return &usageError{err: errors.New("--plan reads nothing, so there is nothing to compare with --lease-table")}
	case f.event.Events != nil:
		return &usageError{err: errors.New("--lease-table compares one event, and --events asks for many"), hint: one}
	}
	return checkTableNames(f.leaseTables)
}

// checkTableNames refuses what no table is named, and what is named twice.
func checkTableNames(names []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if !tableName.MatchString(name) {
			return &usageError{err: fmt.Errorf("--lease-table %q is no name of a table in DynamoDB", name), hint: "the KCL names its table after the application"}
		}
		if seen[name] {
			return &usageError{err: fmt.Errorf("--lease-table %q is given twice", name)}
		}
		seen[name] = true
	}
	return nil
}
