package blob

// Beside looks at a folder that another process may be filling. Unlike Open it
// makes nothing and clears nothing away, so that an upload under way is left in
// peace; it is for reading.
func Beside(dir string) *Store { return &Store{dir: dir} }
