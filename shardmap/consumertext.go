package shardmap

import (
	"strings"

	"kinspect/internal/audience"
)

// consumers prints what reads the stream, where that was asked.
func (p page) consumers(all []audience.Consumer) {
	if len(all) == 0 {
		return
	}
	p.line()
	p.line(p.out.Key("who reads the stream"))
	for _, line := range audience.Lines(p.out, all) {
		text := strings.TrimLeft(line, " ")
		p.paragraph(line[:len(line)-len(text)], text)
	}
	p.paragraph("  ", audience.Unlisted)
}
