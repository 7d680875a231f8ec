// Gendocs writes the manual's pages, and the completion scripts of the shells, into
// a folder: go run ./cmd/gendocs DIR. Both are made of the commands' own help. It
// is a program of its own, so that what it takes is not linked into kinspect.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"kinspect/cmd"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gendocs DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	man, completions := filepath.Join(dir, "man"), filepath.Join(dir, "completions")
	for _, folder := range []string{man, completions} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	root := cmd.Commands()
	if err := scripts(root, completions); err != nil {
		return err
	}
	return pages(root, man)
}

func scripts(root *cobra.Command, dir string) error {
	for name, script := range map[string]func(path string) error{
		"kinspect.bash": func(path string) error { return root.GenBashCompletionFileV2(path, true) },
		"_kinspect":     root.GenZshCompletionFile,
		"kinspect.fish": func(path string) error { return root.GenFishCompletionFile(path, true) },
		"kinspect.ps1":  root.GenPowerShellCompletionFileWithDesc,
	} {
		if err := script(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// pages writes a page for each command.
func pages(root *cobra.Command, dir string) error {
	date, err := released()
	if err != nil {
		return err
	}
	header := &doc.GenManHeader{Section: "1", Date: &date, Source: "kinspect " + cmd.Version(), Manual: "kinspect manual"}
	root.DisableAutoGenTag = true // it tells the day of the build
	if err := doc.GenManTree(root, header, dir); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.1"))
	for _, file := range files {
		page, failed := os.ReadFile(file)
		err = errors.Join(err, failed, os.WriteFile(file, []byte(polish(string(page))), 0o644))
	}
	return err
}

// released is the time that the pages bear: SOURCE_DATE_EPOCH, else none.
//
// https://reproducible-builds.org/specs/source-date-epoch/
func released() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

var (
	// option is a flag in a paragraph, with its default, and its text behind a tab.
	option = regexp.MustCompile(`(?m)^(?:\.PP\n)?(\\fB-[^\n]*)\n\t`)
	// nothing is a default that says nothing.
	nothing = regexp.MustCompile(`(?m)^(\\fB-[^\n]*\\fP)(\[=[^\n]*\]|=""|=0s?|=\[\])$`)
)

// polish makes an indented list of the flags, without the defaults that say nothing,
// and leaves the date out where there is none.
func polish(page string) string {
	page = nothing.ReplaceAllString(page, "$1")
	page = option.ReplaceAllString(page, ".TP\n$1\n")
	return strings.Replace(page, `"Jan 0001"`, `""`, 1)
}
