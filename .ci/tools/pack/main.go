// Pack puts a folder into an archive whose bytes depend on nothing but the files:
// pack FOLDER ARCHIVE UNIXTIME. The archive is a .tar.gz or a .zip, by its name.
// With an ARCHIVE alone it lists what is in it.
package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	var err error
	switch len(os.Args) {
	case 2:
		err = list(os.Args[1])
	case 4:
		err = pack(os.Args[1], os.Args[2], os.Args[3])
	default:
		fmt.Fprintln(os.Stderr, "usage: pack [FOLDER] ARCHIVE [UNIXTIME]")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(folder, archive, unix string) error {
	seconds, err := strconv.ParseInt(unix, 10, 64)
	if err != nil {
		return err
	}
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	into := tarball
	if strings.HasSuffix(archive, ".zip") {
		into = zipped
	}
	at := time.Unix(seconds, 0).UTC()
	return errors.Join(into(out, folder, at), out.Close())
}

func tarball(out io.Writer, folder string, at time.Time) error {
	compressed, _ := gzip.NewWriterLevel(out, gzip.BestCompression)
	archive := tar.NewWriter(compressed)
	err := files(folder, func(name string, mode fs.FileMode, data []byte) error {
		header := &tar.Header{Name: name, Mode: int64(mode), Size: int64(len(data)), ModTime: at, Typeflag: tar.TypeReg}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err := archive.Write(data)
		return err
	})
	return errors.Join(err, archive.Close(), compressed.Close())
}

func zipped(out io.Writer, folder string, at time.Time) error {
	archive := zip.NewWriter(out)
	err := files(folder, func(name string, mode fs.FileMode, data []byte) error {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at}
		header.SetMode(mode)
		file, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		_, err = file.Write(data)
		return err
	})
	return errors.Join(err, archive.Close())
}

// files hands over each file of a folder, in the order of their names, with the
// folder's own name before it.
func files(folder string, add func(name string, mode fs.FileMode, data []byte) error) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644) // whatever the umask here
		if info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		name, err := filepath.Rel(filepath.Dir(folder), path)
		if err != nil {
			return err
		}
		return add(filepath.ToSlash(name), mode, data)
	})
}

func list(archive string) error {
	if strings.HasSuffix(archive, ".zip") {
		packed, err := zip.OpenReader(archive)
		if err != nil {
			return err
		}
		defer packed.Close()
		for _, file := range packed.File {
			fmt.Println(file.Name)
		}
		return nil
	}
	in, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer in.Close()
	compressed, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	packed := tar.NewReader(compressed)
	for {
		header, err := packed.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Println(header.Name)
	}
}
