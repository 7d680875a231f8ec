package tail

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/sim"
)

// resumable returns what a run needs to keep its positions in the file.
func resumable(t *testing.T, path string) *Resume {
	t.Helper()
	last, err := ReadCheckpoint(path)
	if err != nil {
		t.Fatal(err)
	}
	return &Resume{Path: path, Last: last, Filters: []string{}}
}

// However a tail is cut up, by limits inside a page, by Ctrl-C at any step and by
// windows that end, all is printed once, in each shard's order, or in that of arrival.
func TestResumesWithoutLossOrRepetition(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			byArrival := seed%2 == 1
			random := rand.New(rand.NewPCG(seed, 1))
			path := filepath.Join(t.TempDir(), "at.json")
			w := sim.New(t, 2, sim.Answer("GetRecords", func(n int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
				in["Limit"] = 1 + random.IntN(4)
				return forward(in)
			}))
			var put, got []string
			fill := func() {
				for range random.IntN(12) {
					put = append(put, fmt.Sprint(len(put)))
					w.PutAt(random.IntN(16), put[len(put)-1])
					w.Pass(time.Duration(1+random.IntN(3000)) * time.Millisecond)
				}
			}
			for round := range 30 {
				fill()
				if round == 10 {
					w.Split(0, 4)
				}
				o := Options{From: trimHorizon, NoFollow: true, ByArrival: byArrival, Resume: resumable(t, path)}
				ctx, cancel := context.WithCancel(context.Background())
				out := &printed{}
				switch random.IntN(4) {
				case 0:
					o.Limit = 1 + random.IntN(3)
				case 1:
					stop := 1 + random.IntN(4)
					out.took = func(n int) {
						if n >= stop {
							cancel()
						}
					}
				case 2:
					o.Until = w.Clock.Now().Add(-time.Duration(random.IntN(4)) * time.Second)
					if o.Resume.Last != nil && o.Resume.Last.reaches(o.Until) != nil {
						o.Until = time.Time{}
					}
				}
				o.Out = out
				lines, _ := run(t, ctx, w, o)
				got = append(got, lines...)
				cancel()
			}
			lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, ByArrival: byArrival, Resume: resumable(t, path)})
			got = append(got, lines...)
			if !byArrival { // else it is the order of all, over all the runs
				slices.Sort(got)
				slices.Sort(put)
			}
			if !slices.Equal(got, put) {
				t.Errorf("printed %d lines of %d put:\n%q\n%q", len(got), len(put), got, put)
			}
		})
	}
}

// A tail from the latest record that was stopped before it read any goes on from
// the time at which it began: neither from the latest again nor from the start.
func TestResumesLatestWhereItBegan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "at.json")
	w := sim.New(t, 1)
	w.PutAt(0, "before")
	w.Pass(time.Minute)
	latest := Options{From: position.Position{Kind: position.Latest}, NoFollow: true}
	latest.Resume = resumable(t, path)
	lines, _ := run(t, context.Background(), w, latest)
	wantLines(t, lines)
	w.PutAt(0, "between")
	w.Split(0, 8)
	w.PutAt(0, "child")
	w.Pass(time.Minute)
	latest.Resume = resumable(t, path)
	lines, _ = run(t, context.Background(), w, latest)
	wantLines(t, lines, "between", "child")
	latest.Resume = resumable(t, path)
	lines, _ = run(t, context.Background(), w, latest)
	wantLines(t, lines)
}

// What expired while nobody read is said; what was read before it expired is not.
func TestResumeTooLateIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "at.json")
	w := sim.New(t, 1)
	w.PutAt(0, "1")
	o := Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path)}
	lines, _ := run(t, context.Background(), w, o)
	wantLines(t, lines, "1")
	w.Pass(23 * time.Hour)
	o.Resume = resumable(t, path)
	if _, s := run(t, context.Background(), w, o); s.Incomplete {
		t.Error("incomplete within the retention period")
	}
	w.PutAt(0, "lost")
	w.Pass(25 * time.Hour)
	w.PutAt(0, "kept")
	said := ""
	o.Resume, o.Notice = resumable(t, path), func(text string) { said += text }
	lines, s := run(t, context.Background(), w, o)
	wantLines(t, lines, "kept")
	if !s.Incomplete || !strings.Contains(said, "holds nothing from before") {
		t.Errorf("incomplete %v, said %q", s.Incomplete, said)
	}
}

// full is an output that takes so many writes.
type full struct {
	printed
	room int
}

func (f *full) Write(text []byte) (int, error) {
	if f.room--; f.room < 0 {
		return 0, syscall.ENOSPC
	}
	return f.printed.Write(text)
}

// An output that takes no more leaves the position where it took the last.
func TestFullDiskSavesNothingBeyond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "at.json")
	w := sim.New(t, 1, sim.Answer("GetRecords", func(_ int, in sim.Message, forward func(sim.Message) sim.Message) sim.Message {
		in["Limit"] = 1
		return forward(in)
	}))
	for _, data := range []string{"1", "2", "3"} {
		w.PutAt(0, data)
	}
	out := &full{room: 2}
	o := Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path), Out: out, Renderer: renderer(t, "data"), Where: matchAll, ReadShare: 0.4, Settle: time.Second}
	if _, err := Run(context.Background(), w.Client, w.Describe(), o); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("%v", err)
	}
	wantLines(t, out.lines, "1", "2")
	lines, _ := run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path)})
	wantLines(t, lines, "3")
}

// A file that is not this stream's, or no checkpoint, is refused and stays.
func TestUnfitCheckpointsAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "at.json")
	w := sim.New(t, 1)
	run(t, context.Background(), w, Options{From: trimHorizon, NoFollow: true, Resume: resumable(t, path)})
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := resumable(t, path).Last.fits(w.Describe(), nil, []string{"--grep=x"}, time.Time{}); err == nil || !strings.HasPrefix(err.Error(), "it was made with no filter, a") {
		t.Errorf("another filter: %v", err)
	}
	for _, text := range []string{"", "hello", "{}", string(good[:len(good)/2]), string(good) + string(good),
		strings.Replace(string(good), checkpointKind, "tail checkpoint 9", 1),
		strings.Replace(string(good), `"shardId":`, `"sequenceNumber":"x","shardId":`, 1),
		strings.Replace(string(good), `"readUntil"`, `"readuntil2"`, 1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var bad *BadCheckpoint
		if _, err := ReadCheckpoint(path); !errors.As(err, &bad) {
			t.Errorf("%q: %v", text, err)
		}
		if after, _ := os.ReadFile(path); string(after) != text {
			t.Errorf("%q was overwritten", text)
		}
	}
}

func FuzzCheckpoint(f *testing.F) {
	f.Add([]byte(`{"kinspect":"tail checkpoint 1","stream":"a","streamCreatedAt":"2026-11-23T10:00:00Z","filters":[],"shards":[{"shardId":"s","readUntil":"2026-11-23T10:00:00Z"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := parseCheckpoint(text); err == nil && c.check() != nil {
			t.Errorf("took %q", text)
		}
	})
}
