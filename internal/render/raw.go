package render

// raw is `-o raw`: the user record's data byte for byte as it was put, nothing
// decoded, nothing escaped and nothing between two records. A separator could
// stand within the data as well, and would spoil what the bytes are wanted for;
// a limit of one record makes a file of it.
type raw struct{}

// AsPut tells that a format prints a record's data as they were put, whatever they
// mean.
func AsPut(r Renderer) bool { return r == Renderer(raw{}) }

func (raw) Append(dst []byte, it Item) ([]byte, error) {
	if it.Document > 0 {
		return dst, nil // the blob was printed with its first document
	}
	return append(dst, it.User.UserData...), nil
}
