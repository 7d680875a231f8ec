// Package jq compiles a jq program once and runs it on one value at a time.
//
// A program sees its input and $meta, and nothing of the machine but its clock
// (now, localtime): no environment, no files, no further inputs, and it says
// nothing but its outputs. What it may take is bounded, so
// that no record can hold up a stream. The package neither reads records nor
// decides what an output means to a verdict.
package jq

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/itchyny/gojq"
)

const (
	// recordTime is how long a program may run on one value. It is looked at
	// between the steps of the program, and gojq cannot interrupt a step: a builtin
	// that it has in Go runs to its end first. These take as long as what they work
	// on is large: repetition ("x" * 1e9), multiplication of long integers, sort,
	// group_by and unique, test, match and gsub (linear in the text, as RE2 is),
	// tojson, fromjson, split, join, implode, the @formats, and .[1e8] = 0. Nothing
	// bounds what they allocate either; the program is the user's own, and a
	// record's values have the limits of package decode.
	recordTime = 1 * time.Second

	// outputsMax is how many outputs one value may give.
	outputsMax = 1_000_000
)

// ErrTimeout says that a program ran too long on one value.
var ErrTimeout = fmt.Errorf("jq ran longer than %v on one value", recordTime)

// errOutputs says that a program gave more than outputsMax outputs.
var errOutputs = fmt.Errorf("jq gave more than %d outputs for one value", outputsMax)

// Program is a compiled jq expression. It is safe for concurrent use.
type Program struct {
	code     *gojq.Code
	limit    time.Duration
	literals Literals // for a true output
	outputs  Literals // for any
	meta     bool     // $meta stands in it
}

// Compile reads a jq expression, in which $meta may stand. Every error is a
// *SyntaxError.
func Compile(expr string) (*Program, error) {
	query, err := gojq.Parse(expr)
	if err != nil {
		return nil, parseError(expr, err)
	}
	truth, outputs := truth(query), outputs(query)
	code, err := gojq.Compile(query, gojq.WithVariables([]string{"$meta"}))
	if err != nil {
		return nil, compileError(expr, err)
	}
	_, err = gojq.Compile(query) // without $meta
	return &Program{code: code, limit: recordTime, literals: truth, outputs: outputs, meta: err != nil}, nil
}

// UsesMeta tells whether $meta stands in the program; one without may be given nil.
func (p *Program) UsesMeta() bool { return p.meta }

// Run returns all outputs of the program for value, with meta as $meta. Both
// may hold only what Parse makes, and int and float64; they are not changed, but
// outputs may share their maps and slices. On an error the outputs up to it are
// returned with it. Errors are those of the program, halt and halt_error among
// them, ErrTimeout, the context's, a recovered panic, and more than a million
// outputs.
//
// A program that ran too long has a second chance, as it may be that the machine had
// no time for it: a busy one can hold up a process for longer than that.
func (p *Program) Run(ctx context.Context, value any, meta map[string]any) (outputs []any, err error) {
	outputs, err = p.run(ctx, value, meta)
	if errors.Is(err, ErrTimeout) {
		return p.run(ctx, value, meta)
	}
	return outputs, err
}

func (p *Program) run(ctx context.Context, value any, meta map[string]any) (outputs []any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("jq panicked: %v", cause)
		}
	}()
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	results := p.code.RunWithContext(limited, value, meta)
	for {
		output, ok := results.Next()
		if !ok {
			return outputs, nil
		}
		if failure, ok := output.(error); ok {
			return outputs, explain(ctx, failure)
		}
		if len(outputs) == outputsMax {
			return outputs, errOutputs
		}
		outputs = append(outputs, output)
	}
}

// explain tells the caller's end from our own time limit.
func explain(ctx context.Context, failure error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(failure, context.DeadlineExceeded):
		return ErrTimeout
	}
	return fmt.Errorf("jq: %w", failure)
}

// Truthy tells whether any output is neither false nor null: what it means for
// a program to accept.
func Truthy(outputs []any) bool {
	for _, output := range outputs {
		if output != nil && output != false {
			return true
		}
	}
	return false
}
