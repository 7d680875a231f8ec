package match

import "regexp/syntax"

// literalOf is a literal that stands in all that an expression matches; nil if
// none is seen.
func literalOf(expr string) []byte {
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	return literalIn(parsed)
}

func literalIn(expr *syntax.Regexp) (best []byte) {
	switch expr.Op {
	case syntax.OpLiteral:
		if expr.Flags&syntax.FoldCase == 0 {
			return literal(string(expr.Rune))
		}
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		for _, sub := range expr.Sub {
			if l := literalIn(sub); len(l) > len(best) {
				best = l
			}
		}
	case syntax.OpRepeat:
		if expr.Min > 0 {
			return literalIn(expr.Sub[0])
		}
	}
	return best
}
