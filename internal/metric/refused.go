package metric

import (
	"fmt"
	"strings"

	"kinspect/internal/position"
	"kinspect/internal/term"
)

// refusals are the metrics of writes that the stream did not take, and how that is said
// of so many records.
var refusals = []struct {
	metric string
	said   func(records int64) string
}{
	{FullShard, func(n int64) string { return were(n, "record") + " refused by a full shard" }},
	{throttled, func(n int64) string { return were(n, "record") + " throttled within PutRecords calls" }},
	{failed, func(n int64) string { return term.Count(n, "record") + " of PutRecords calls failed inside Kinesis" }},
}

// refused tells of the writes that the stream did not take.
func (c Counted) refused() (told []string) {
	var quiet quiet
	for _, r := range refusals {
		sums := c.sums(r.metric)
		records, known := total(sums)
		if records == 0 {
			quiet.add(r.metric, known)
			continue
		}
		told = append(told, fmt.Sprintf("in %s, %s (%s)%s", c.begin(most(sums)), r.said(int64(sums[most(sums)])), r.metric, c.others(sums)+c.near(sums)))
	}
	if len(told) > 0 {
		told = append(told, "that names no record: whether the event was among those refused, CloudWatch cannot tell, and producers usually put again what was refused")
	}
	return append(told, quiet.told(c.Periods, len(told) > 0)...)
}

// others tells of the periods beside that with the most.
func (c Counted) others(sums []Sum) string {
	records, _ := total(sums)
	if records == sums[most(sums)] {
		return ""
	}
	periods := 0
	for _, s := range sums {
		if s > 0 {
			periods++
		}
	}
	return fmt.Sprintf("; %s in %s of the window", term.Number(int64(records)), c.count(periods))
}

// near tells how many were refused when the event is thought to have come.
func (c Counted) near(sums []Sum) string {
	if c.Around.IsZero() {
		return ""
	}
	from, until := c.Around.Add(-c.Within), c.Around.Add(c.Within)
	var then []Sum
	for i, s := range sums {
		if c.At(i+1).After(from) && !c.At(i).After(until) {
			then = append(then, s)
		}
	}
	records, known := total(then)
	if known == 0 {
		return fmt.Sprintf("; within %s of the time given nothing is known", position.Spell(c.Within))
	}
	return fmt.Sprintf("; %s of them within %s of the time given", term.Number(int64(records)), position.Spell(c.Within))
}

// quiet are the metrics that are zero, by how many periods have a datapoint.
type quiet []struct {
	known   int
	metrics []string
}

func (q *quiet) add(metric string, known int) {
	for i := range *q {
		if group := &(*q)[i]; group.known == known {
			group.metrics = append(group.metrics, metric)
			return
		}
	}
	*q = append(*q, struct {
		known   int
		metrics []string
	}{known, []string{metric}})
}

// told says where nothing was refused, and of what there is no telling: a period without
// a datapoint is not zero.
func (q quiet) told(p Periods, refused bool) []string {
	if len(q) == 0 {
		return nil
	}
	var parts []string
	zeros, unknown := 0, false
	for _, group := range q {
		is := "is"
		if len(group.metrics) > 1 {
			is = "are"
		}
		if group.known == 0 {
			parts = append(parts, fmt.Sprintf("of %s there is no datapoint", term.List(group.metrics, len(group.metrics))))
			continue
		}
		zeros++
		unknown = unknown || group.known < p.N
		parts = append(parts, fmt.Sprintf("%s %s 0 in %s", term.List(group.metrics, len(group.metrics)), is, p.of(group.known, p.N)))
	}
	text := strings.Join(parts, "; ")
	switch {
	case zeros == 0 && !refused:
		return []string{text + ", which is not zero: it tells nothing of refused writes"}
	case zeros > 0 && !refused:
		text = "no writes were refused that CloudWatch counted: " + text
	}
	if unknown {
		text += "; where there is no datapoint nothing is known"
	}
	return []string{text}
}
