package jq

import (
	"slices"

	"github.com/itchyny/gojq"
)

// Literals are texts that a value cannot do without if a program is to give a
// true output for it: of each list, at least one stands within one string of the
// value, or within one string of the JSON in such a string. Without a list,
// nothing is known, which is always right.
type Literals [][]string

// clausesMax bounds the lists of one program.
const clausesMax = 16

// Literals returns what the program's syntax shows to be needed. It is sound by
// these rules, in which a program is *derived* if all its outputs are values out
// of its input, or slices of them, or out of the JSON in its strings, so that
// their strings stand in the strings of the input.
//
// These are derived: the identity, .a, .[n], .[n:m], .[], .., f?, try f, select,
// first and last of a derived f, fromjson, the selections by type such as
// strings, and a pipe or comma of derived programs.
//
// What an output needs (outputs):
//   - A|B needs what A needs and, if A is derived, what B needs;
//   - A, B needs what A or what B needs;
//   - select(f) needs what f needs to be true; first, last and try what is in them.
//
// What a true output needs (truth), over and above:
//   - derived == "text", either way round, or | startswith, endswith or contains
//     of "text", needs the text; of several texts, any one;
//   - A and B needs both, A or B one of them, any(A; f) and any(f) what A needs
//     and, if A is derived, the truth of f.
//
// Of all else nothing is known: numbers, which have many spellings, !=, not, //,
// variables, constructions, updates, conditions, reductions, and everything
// within the reach of a function definition, which may give a name another
// meaning. An error is no true output, nor is a time-out one.
func (p *Program) Literals() Literals { return p.literals }

// OutputLiterals are those without which a value has no output at all.
func (p *Program) OutputLiterals() Literals { return p.outputs }

// truth is what a true output needs, of input out of the program's own.
func truth(q *gojq.Query) Literals {
	if q == nil || len(q.FuncDefs)+len(q.Patterns) > 0 {
		return nil
	}
	switch q.Op {
	case 0:
		return truthOfTerm(q.Term)
	case gojq.OpPipe:
		if derived(q.Left) {
			return both(outputs(q.Left), truth(q.Right))
		}
	case gojq.OpComma, gojq.OpOr:
		return either(truth(q.Left), truth(q.Right))
	case gojq.OpAnd:
		return both(truth(q.Left), truth(q.Right))
	case gojq.OpEq:
		return both(equal(q.Left, q.Right), equal(q.Right, q.Left))
	}
	return outputs(q)
}

func truthOfTerm(t *gojq.Term) Literals {
	if t == nil || hasPath(t) {
		return outputsOfTerm(t)
	}
	switch t.Type {
	case gojq.TermTypeQuery:
		return truth(t.Query)
	case gojq.TermTypeTry:
		if t.Try.Catch == nil {
			return truth(t.Try.Body)
		}
	case gojq.TermTypeFunc:
		return truthOfFunc(t.Func)
	}
	return outputsOfTerm(t)
}

func truthOfFunc(f *gojq.Func) Literals {
	switch call(f) {
	case "startswith/1", "endswith/1", "contains/1":
		return anyOf(texts(f.Args[0]))
	case "any/1":
		return truth(f.Args[0])
	case "any/2":
		if derived(f.Args[0]) {
			return both(outputs(f.Args[0]), truth(f.Args[1]))
		}
		return outputs(f.Args[0])
	case "first/1", "last/1":
		return truth(f.Args[0])
	}
	return outputsOfFunc(f)
}

// equal is what value == text needs.
func equal(value, text *gojq.Query) Literals {
	if !derived(value) {
		return nil
	}
	return both(outputs(value), anyOf(texts(text)))
}

// outputs is what any output needs.
func outputs(q *gojq.Query) Literals {
	if q == nil || len(q.FuncDefs)+len(q.Patterns) > 0 {
		return nil
	}
	switch q.Op {
	case 0:
		return outputsOfTerm(q.Term)
	case gojq.OpPipe:
		if derived(q.Left) {
			return both(outputs(q.Left), outputs(q.Right))
		}
		return outputs(q.Left)
	case gojq.OpComma:
		return either(outputs(q.Left), outputs(q.Right))
	}
	return nil
}

// outputsOfTerm is that of the term before the path behind it, which gives no
// output without one to start from.
func outputsOfTerm(t *gojq.Term) Literals {
	switch {
	case t == nil:
	case t.Type == gojq.TermTypeQuery:
		return outputs(t.Query)
	case t.Type == gojq.TermTypeTry && t.Try.Catch == nil:
		return outputs(t.Try.Body)
	case t.Type == gojq.TermTypeFunc:
		return outputsOfFunc(t.Func)
	}
	return nil
}

func outputsOfFunc(f *gojq.Func) Literals {
	switch call(f) {
	case "select/1":
		return truth(f.Args[0])
	case "first/1", "last/1":
		return outputs(f.Args[0])
	}
	return nil
}

// derived tells whether all outputs are out of the input.
func derived(q *gojq.Query) bool {
	if q == nil || len(q.FuncDefs)+len(q.Patterns) > 0 {
		return false
	}
	switch q.Op {
	case 0:
		return q.Term != nil && derivedTerm(q.Term)
	case gojq.OpPipe, gojq.OpComma:
		return derived(q.Left) && derived(q.Right)
	}
	return false
}

func derivedTerm(t *gojq.Term) bool {
	switch t.Type {
	case gojq.TermTypeIdentity, gojq.TermTypeRecurse, gojq.TermTypeIndex:
		return true
	case gojq.TermTypeQuery:
		return derived(t.Query)
	case gojq.TermTypeTry:
		return t.Try.Catch == nil && derived(t.Try.Body)
	case gojq.TermTypeFunc:
		return derivedFunc(t.Func)
	}
	return false
}

func derivedFunc(f *gojq.Func) bool {
	switch call(f) {
	case "select/1", "fromjson/0", "empty/0",
		"arrays/0", "objects/0", "iterables/0", "booleans/0", "numbers/0", "strings/0", "nulls/0", "values/0", "scalars/0":
		return true
	case "first/1", "last/1":
		return derived(f.Args[0])
	}
	return false
}

// call names a function as jq does, with the number of its arguments.
func call(f *gojq.Func) string {
	return f.Name + "/" + string(rune('0'+min(len(f.Args), 9)))
}

// hasPath tells whether a term is followed by .a, [n] or [], and so gives what it
// leads to, and not itself.
func hasPath(t *gojq.Term) bool {
	return slices.ContainsFunc(t.SuffixList, func(s *gojq.Suffix) bool { return !s.Optional })
}

// texts are all outputs of a program that gives nothing but plain strings; nil
// if it may give others.
func texts(q *gojq.Query) []string {
	switch {
	case q == nil || len(q.FuncDefs)+len(q.Patterns) > 0:
	case q.Op == gojq.OpComma:
		left, right := texts(q.Left), texts(q.Right)
		if left != nil && right != nil {
			return slices.Concat(left, right)
		}
	case q.Op != 0 || q.Term == nil || len(q.Term.SuffixList) > 0:
	case q.Term.Type == gojq.TermTypeQuery:
		return texts(q.Term.Query)
	case q.Term.Type == gojq.TermTypeString && len(q.Term.Str.Queries) == 0:
		return []string{q.Term.Str.Str}
	}
	return nil
}

func anyOf(texts []string) Literals {
	if texts == nil {
		return nil
	}
	return Literals{texts}
}

// both holds the lists of a and of b, as far as there is room: what is left out
// is only not known.
func both(a, b Literals) Literals {
	all := slices.Concat(a, b)
	return all[:min(len(all), clausesMax)]
}

// either pairs each list of a with each of b, as far as there is room.
func either(a, b Literals) Literals {
	var all Literals
	for _, x := range a {
		for _, y := range b {
			if len(all) < clausesMax {
				all = append(all, slices.Concat(x, y))
			}
		}
	}
	return all
}
