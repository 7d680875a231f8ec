package consumer

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"
)

// AWS takes the names, and they say who made them.
func TestNamesTellTheirMaker(t *testing.T) {
	taken := regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,128}$`)
	for _, m := range []maker{
		{"0123456789ab", 1, 1},
		{"ffffffffffff", 4194304, 1795905527123},
		{"ffffffffffff", 9999999999, 999999999999999},
	} {
		for n := 1; n <= Max; n++ {
			seen := map[string]bool{}
			for _, name := range m.names(n) {
				seen[name] = true
				got, ours := makerOf(name)
				if !taken.MatchString(name) || !ours || got != m {
					t.Fatalf("%s: made by %v, ours %t; want %v", name, got, ours, m)
				}
			}
			if len(seen) != n {
				t.Fatalf("%d names of %d consumers", len(seen), n)
			}
		}
	}
}

func TestNamesOfOthers(t *testing.T) {
	for _, name := range []string{
		"", "analytics", "kinspect-", "kinspect-dev", "kinspect-0123456789ab-7-1795905527000",
		"kinspect-0123456789AB-7-1795905527000-1of1", "my-kinspect-0123456789ab-7-1795905527000-1of1",
		"kinspect-0123456789ab-0-1795905527000-1of1", "kinspect-0123456789ab--1-1795905527000-1of1",
		"kinspect-0123456789ab-7-1795905527000-1of1-copy", "kinspect-0123456789ab-99999999999-1795905527000-1of1",
	} {
		if m, ours := makerOf(name); ours {
			t.Errorf("%q is taken for one of %v", name, m)
		}
	}
}

// Only what is provably a killed run's is removed unasked.
func TestFate(t *testing.T) {
	const machine = "0123456789ab"
	us := witness{machine, true, 7, time.UnixMilli(5000), func(pid int) bool { return pid == 8 }}
	unsure := us
	unsure.certain = false
	for _, c := range []struct {
		name string
		by   witness
		of   maker
		want fate
	}{
		{"our own", us, maker{machine, 7, 5001}, running},
		{"of the very start", us, maker{machine, 7, 5000}, running},
		{"our process id, given anew", us, maker{machine, 7, 4999}, killed},
		{"a process that lives", us, maker{machine, 8, 4000}, running},
		{"a process that is gone", us, maker{machine, 9, 4000}, killed},
		{"a process that is gone, by a clock set back", us, maker{machine, 9, 6000}, killed},
		{"another machine", us, maker{"ba9876543210", 9, 4000}, untold},
		{"our process id on another machine", us, maker{"ba9876543210", 7, 4000}, untold},
		{"maybe another machine", unsure, maker{machine, 9, 4000}, untold},
		{"maybe our own", unsure, maker{machine, 7, 5001}, untold},
	} {
		if got := c.by.fate(c.of.names(1)[0]); got != c.want {
			t.Errorf("%s: fate %d, want %d", c.name, got, c.want)
		}
	}
	if got := us.fate("analytics"); got != notOurs {
		t.Errorf("of somebody else's consumer: fate %d", got)
	}
}

// A process lives until it is waited for, whoever's it is.
func TestAlive(t *testing.T) {
	child := exec.Command(os.Args[0], "-test.run=^$")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if pid := child.Process.Pid; !alive(pid) || !alive(os.Getpid()) || !alive(os.Getppid()) || !alive(1) {
		t.Error("a process that lives is taken for dead")
	}
	if err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	if alive(child.Process.Pid) {
		t.Error("a process that is gone is taken to live")
	}
}

func TestTag(t *testing.T) {
	machine, certain := tag()
	again, _ := tag()
	if machine != again || !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(machine) {
		t.Errorf("tags %q and %q", machine, again)
	}
	if _, err := os.Stat("/proc/self/ns/pid"); err == nil && !certain {
		t.Error("nothing tells this machine apart, though it has /proc")
	}
}
