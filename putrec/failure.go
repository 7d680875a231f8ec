package putrec

import "fmt"

// Failure is a line that is handed back.
type Failure struct {
	// Line counts from 1.
	Line int
	// Data is the line as it came, without its end. It is nil where the line is
	// longer than what is kept of one; then Size is all there is.
	Data []byte
	// Size is the length of the line in bytes.
	Size int
	// Attempts is the number of calls that carried the record; 0 if it was never
	// sent.
	Attempts int
	// MaybePut says that such a call went unanswered, so that the record may
	// stand in the stream all the same.
	MaybePut bool
	// Err is the reason.
	Err error
}

// Reason says why the line was not put, and what remains in doubt.
func (f Failure) Reason() string {
	text := f.Err.Error()
	if f.Attempts > 1 {
		text += fmt.Sprintf(" (%d attempts)", f.Attempts)
	}
	if f.MaybePut {
		text += "; it may be in the stream all the same"
	}
	return text
}

// handBack gives the lines of the records back for one reason.
func (r *run) handBack(records []*outgoing, why error) {
	for _, o := range records {
		for _, s := range o.sources {
			r.failed(Failure{
				Line: s.number, Data: s.data, Size: s.size,
				Attempts: o.attempts, MaybePut: o.inDoubt, Err: why,
			})
		}
	}
}

// failed hands one line back. Where that fails the line is lost, which is the
// end of the run.
func (r *run) failed(f Failure) {
	r.result.Failed++
	if r.options.Failed == nil {
		return
	}
	err := r.options.Failed(f)
	if err == nil || r.lost != nil {
		return
	}
	r.lost = fmt.Errorf("handing back line %d: %w", f.Line, err)
	if r.stop == nil {
		r.stop = r.lost
	}
}
