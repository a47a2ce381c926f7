// Package intake reads the bytes of strangers: tables, lists of objects,
// uploads, documents, in whatever encoding an office's old machine wrote them.
//
// What it guarantees:
//
//   - Bounds. Every reader has a limit on bytes after unpacking, on the length of
//     a line and on the number of columns; a small file cannot become a large one.
//   - Places. A refusal is a *fault.Error that names the line, and the file where
//     the reader was told its name.
//   - Encodings. UTF-8 (with or without its mark), UTF-16 with its mark and
//     GB18030 are read; which one it was is said. Text that is broken in UTF-8 is
//     refused, never guessed into something readable but wrong.
//   - Content. An upload is what its name says, or it is refused.
//
// What it deliberately does not do: it knows no units and no items, keeps no
// file, opens no path, and takes no archive apart except gzip, workbooks and
// .docx, of which it reads the text and leaves looks, macros and pictures alone.
//
// How to test: go test ./internal/intake; each reader has a fuzz target, for
// example go test -fuzz FuzzTable ./internal/intake.
package intake
