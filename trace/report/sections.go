package report

import (
	"fmt"
	"slices"

	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// section is a list of notices under a heading.
type section struct {
	Heading, About string
	Lines          []remark
}

type remark struct{ Text, Code string }

func lines(notices []notice.Notice) (all []remark) {
	for _, n := range notices {
		text := line(n.Text)
		if n.ShardID != "" {
			text = line(n.ShardID) + ": " + text
		}
		all = append(all, remark{text, line(n.Code)})
	}
	return all
}

// conditions are what an absent verdict rests on.
func conditions(r receipt.Receipt) []remark {
	resting := slices.Clone(r.Conditions)
	for i, n := range resting {
		resting[i].Text = n.Resting()
	}
	return lines(resting)
}

// reasonsMax is how many shards' reasons stand one by one; beyond it they are
// counted, and the table of shards has them.
const reasonsMax = 12

func reasons(r receipt.Receipt) []remark {
	ofShards := func(n notice.Notice) bool { return n.ShardID != "" }
	if len(r.Reasons) <= reasonsMax {
		return lines(r.Reasons)
	}
	all := lines(slices.DeleteFunc(slices.Clone(r.Reasons), ofShards))
	var codes []notice.Code
	counts := map[notice.Code]int{}
	for _, n := range r.Reasons {
		if !ofShards(n) {
			continue
		}
		if counts[n.Code] == 0 {
			codes = append(codes, n.Code)
		}
		counts[n.Code]++
	}
	for _, code := range codes {
		all = append(all, remark{fmt.Sprintf("%s, named in the table of shards", term.Count(counts[code], "reason")), line(code)})
	}
	return all
}

// known are the caveats, apart from what every verdict assumes.
func known(caveats []notice.Notice) []section {
	assumed := func(n notice.Notice) bool { return n == notice.OwnNumbers || slices.Contains(notice.Assumptions, n) }
	others := slices.DeleteFunc(slices.Clone(caveats), assumed)
	assumptions := slices.DeleteFunc(slices.Clone(caveats), func(n notice.Notice) bool { return !assumed(n) })
	return []section{
		{"Good to know", "It does not change the verdict.", lines(others)},
		{"Assumptions", "No reader of a stream can check these; the verdict rests on them.", lines(assumptions)},
	}
}

// listMax is how many matches and events a page lists.
const listMax = 200

type matches struct {
	ID, Heading string
	Matches     []receipt.Match
	Left        string
}

// listed are as many of the matches as a reader takes in.
func listed(id, heading string, all []receipt.Match) matches {
	if left := len(all) - listMax; left > 0 {
		return matches{id, heading, all[:listMax], fmt.Sprintf("%s of %s are left out here; the receipt has them.", term.Number(left), term.Number(len(all)))}
	}
	return matches{id, heading, all, ""}
}
