package wire

import (
	"slices"
	"strings"
	"sync"

	"kinspect/internal/record"
)

// Poisoned has pages overwrite their memory as they give it back, so that a record which
// was kept too long shows. It is for tests, and set before there are any.
var Poisoned bool

const (
	// chunkFirst is what the first data of a page is put into, in bytes: near its tip a
	// shard has few records.
	chunkFirst = 64 << 10
	// chunkBytes is what all further data is put into.
	chunkBytes = 1 << 20
	// chunkShare of a chunk is the most that one record is put into it; larger ones have
	// memory of their own, so that at most so much stays empty.
	chunkShare = 4
)

// listSizes are how many records a list has room for: near its tip a shard has few, and
// AWS sends 10,000 at the most.
var listSizes = [...]int{64, 1024, 10_240}

// memory is what a page's data is put into: chunks that pages take in turn.
type memory struct {
	small, free []byte   // the chunk of chunkFirst bytes; the rest of the last chunk
	last        []byte   // that rest before it was used last
	chunks      [][]byte // of chunkBytes
}

var (
	smallChunks = sync.Pool{New: func() any { return (*[chunkFirst]byte)(make([]byte, chunkFirst)) }}
	largeChunks = sync.Pool{New: func() any { return (*[chunkBytes]byte)(make([]byte, chunkBytes)) }}
	lists       [len(listSizes)]sync.Pool
)

// take returns room for so many bytes, until keep says how many were used.
func (m *memory) take(n int) []byte {
	switch {
	case n == 0:
		return []byte{} // as the SDK does
	case n <= len(m.free):
	case m.small == nil && n <= chunkFirst:
		m.small = smallChunks.Get().(*[chunkFirst]byte)[:]
		m.free = m.small
	case n > chunkBytes/chunkShare:
		return make([]byte, n)
	default:
		m.free = m.borrow()
		m.chunks = append(m.chunks, m.free)
	}
	return m.free[:n:n]
}

// keep returns the beginning of the room as what it is to hold.
func (m *memory) keep(room []byte, used int) []byte {
	if begin(room, m.free) {
		m.last, m.free = m.free, m.free[used:]
	}
	return room[:used:used]
}

// drop takes what was kept last for room again.
func (m *memory) drop(kept []byte) {
	if begin(kept, m.last) {
		poison(kept)
		m.free, m.last = m.last, nil
	}
}

// begin tells whether two stretches of memory begin at the same place.
func begin(a, b []byte) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

func (m *memory) borrow() []byte { return largeChunks.Get().(*[chunkBytes]byte)[:] }

func (m *memory) giveBack(chunk []byte) {
	poison(chunk)
	largeChunks.Put((*[chunkBytes]byte)(chunk))
}

// longer returns a full list with room for more records.
func longer(records []record.Record) []record.Record {
	for i, size := range listSizes {
		if size > len(records) {
			list, pooled := lists[i].Get().(*[]record.Record)
			if !pooled {
				list = new([]record.Record)
				*list = make([]record.Record, 0, size)
			}
			moved := append(*list, records...)
			giveBackList(records)
			return moved
		}
	}
	return slices.Grow(records, len(records))
}

// giveBackList empties a list, lest it keep what its strings are part of.
func giveBackList(records []record.Record) {
	clear(records)
	if i := slices.Index(listSizes[:], cap(records)); i >= 0 {
		records = records[:0]
		lists[i].Put(&records)
	}
}

// release gives all back, with the list of records.
func (m *memory) release(records []record.Record) {
	if Poisoned {
		for i := range records {
			poison(records[i].Data)
		}
	}
	giveBackList(records)
	if m.small != nil {
		poison(m.small)
		smallChunks.Put((*[chunkFirst]byte)(m.small))
	}
	for _, chunk := range m.chunks {
		m.giveBack(chunk)
	}
	*m = memory{}
}

func poison(memory []byte) {
	if Poisoned && len(memory) > 0 {
		memory[0] = 0xdb
		for n := 1; n < len(memory); n *= 2 {
			copy(memory[n:], memory[:n])
		}
	}
}

const (
	// textBytes is what texts are put into together, so that one that is kept keeps no
	// more than that of the others.
	textBytes = 2 << 10
	// pointersEach is how many pointers to texts have their memory together.
	pointersEach = 32
)

// text is what strings are put into, and never taken out of: who has one may keep it.
type text struct {
	block    strings.Builder // whose memory, unlike any other, is not cleared first
	pointers []string
	given    int // of them: the collector need not hear of that
}

// keep returns a copy of a text.
func (t *text) keep(raw string) string {
	from := t.block.Len()
	if t.block.Cap()-from < len(raw) {
		if len(raw) > textBytes/8 {
			return strings.Clone(raw)
		}
		t.block.Reset()
		t.block.Grow(textBytes)
		from = 0
	}
	_, _ = t.block.WriteString(raw)
	return t.block.String()[from:]
}

// pointer returns a pointer to the text.
func (t *text) pointer(s string) *string {
	if t.given == len(t.pointers) {
		t.pointers, t.given = make([]string, pointersEach), 0
	}
	p := &t.pointers[t.given]
	*p = s
	t.given++
	return p
}
