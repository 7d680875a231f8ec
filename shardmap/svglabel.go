package shardmap

import (
	"strings"
	"unicode/utf8"
)

// How wide a character of a label is at the most, by its class.
var glyphs = map[string]px{"id": 8.2, "share": 6.4, "time": 6.1}

func (l label) fits(width px) bool {
	return px(utf8.RuneCountInString(l.Text))*glyphs[l.Class] <= width-4
}

// labels are as much of a shard as its band has room for: its number at least,
// upright if need be, and nothing where that does not fit either.
func (b box) labels(s Shard) []label {
	middle := b.X + b.W/2
	id := label{X: middle, Y: b.Y + 19, Class: "id", Text: visible(s.ID)}
	if !id.fits(b.W) {
		id.Text = visible(short(s.ID))
	}
	if !id.fits(b.W) {
		if id.Upward = b.W >= 9; !id.Upward {
			return nil
		}
		id.X, id.Y = middle+3.5, b.Y+8
		return []label{id}
	}
	all := []label{id}
	add := func(l label, y px) bool {
		l.X, l.Y = middle, y
		if l.fits(b.W) {
			all = append(all, l)
			return true
		}
		return false
	}
	if !add(label{Class: "share", Text: strings.TrimSpace(percent(s.Share))}, b.Y+35) {
		return all
	}
	whole := longTimes.lifetime(s)
	if add(label{Class: "time", Text: whole}, b.Y+52) {
		return all
	}
	for _, t := range []times{longTimes, shortTimes} {
		from, until, _ := strings.Cut(t.lifetime(s), " – ")
		first, second := label{Class: "time", Text: from}, label{Class: "time", Text: "– " + until}
		if first.fits(b.W) && second.fits(b.W) {
			add(first, b.Y+49)
			add(second, b.Y+62)
			return all
		}
	}
	return all
}

// legend explains the states that the picture shows.
func (p *picture) legend(shards []Shard) {
	x := p.Left
	for _, entry := range []struct {
		state state
		text  string
	}{
		{open, "open: takes writes"}, {closed, "closed: can be read"},
		{closing, "closing: takes writes until its end"}, {coming, "coming: takes writes once its parents have closed"},
	} {
		for _, s := range shards {
			if s.state == entry.state {
				b := box{X: x, Y: p.Bottom + 38, W: 26, H: 14, State: entry.state.String()}
				b.Labels = []label{{X: x + 34, Y: b.Y + 11.5, Text: entry.text}}
				p.Legend = append(p.Legend, b)
				x += 34 + 6*px(len(entry.text)) + 24
				break
			}
		}
	}
}
