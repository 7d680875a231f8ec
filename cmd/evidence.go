package cmd

import (
	"errors"
	"fmt"
	"os"

	"kinspect/trace/receipt"
)

// evidence is what is kept of a verdict in files: a receipt, a page, both or none.
type evidence struct {
	receipt *receiptFile
	report  *reportFile
}

func openEvidence(receiptPath, reportPath string) (*evidence, error) {
	kept, err := openReceipt(receiptPath)
	if err != nil {
		return nil, err
	}
	page, err := openReport(reportPath, os.Args)
	return &evidence{kept, page}, err
}

func (e *evidence) write(r receipt.Receipt) error {
	return errors.Join(e.receipt.write(r), e.report.write(r))
}

// discard removes what is half made.
func (e *evidence) discard() { e.report.discard() }

// receiptFile is where the receipt goes, or nowhere. It is opened before the
// scan, which may take hours, and changed only after it.
type receiptFile struct{ file *os.File }

func openReceipt(path string) (*receiptFile, error) {
	if path == "" {
		return &receiptFile{}, nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("writing the receipt: %w", err)
	}
	return &receiptFile{file}, nil
}

func (k *receiptFile) write(r receipt.Receipt) error {
	if k.file == nil {
		return nil
	}
	err := k.file.Truncate(0)
	if info, told := k.file.Stat(); told == nil && !info.Mode().IsRegular() {
		err = nil // a pipe or a terminal has nothing to cut
	}
	if err == nil {
		err = r.Write(k.file)
	}
	if err = errors.Join(err, k.file.Close()); err != nil {
		return fmt.Errorf("writing the receipt: %w", err)
	}
	return nil
}
