package render

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	"kinspect/internal/record"
)

// envelopeKeys are those that an envelope may have, in order.
var envelopeKeys = func() (keys []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[record.Envelope]()) {
		if key, _, _ := strings.Cut(f.Tag.Get("json"), ","); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}()

// checkKeys finds a field of the envelope that no record can have, such as
// .PartitionKey: on each of them it would print <no value>.
func checkKeys(tree *parse.Tree) error {
	for _, key := range rootKeys(tree.Root, true) {
		if !slices.Contains(envelopeKeys, key) {
			return fmt.Errorf("template: an envelope has no key %q: its keys are %s", key, strings.Join(envelopeKeys, ", "))
		}
	}
	return nil
}

// rootKeys are the keys that a node takes of the envelope. Atop tells that dot is
// the envelope there; inside range and with it is not, but $ still is.
func rootKeys(node parse.Node, atop bool) (keys []string) {
	add := func(atop bool, nodes ...parse.Node) {
		for _, n := range nodes {
			keys = append(keys, rootKeys(n, atop)...)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil { // as else is where there is none
			add(atop, n.Nodes...)
		}
	case *parse.ActionNode:
		add(atop, n.Pipe)
	case *parse.IfNode:
		add(atop, n.Pipe, n.List, n.ElseList)
	case *parse.RangeNode:
		add(atop, n.Pipe, n.ElseList)
		add(false, n.List)
	case *parse.WithNode:
		add(atop, n.Pipe, n.ElseList)
		add(false, n.List)
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			add(atop, command.Args...)
		}
	case *parse.FieldNode:
		if atop {
			keys = n.Ident[:1]
		}
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			keys = n.Ident[1:2]
		}
	}
	return keys
}
