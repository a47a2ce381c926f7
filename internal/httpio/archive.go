package httpio

import (
	"archive/zip"
	"io"
	"net/http"
)

// Archive answers with a ZIP that is made while it is sent; its files lie in one
// folder. Nothing is sent before the first file, so that a refusal is still an
// answer. What breaks later breaks the connection: half an archive must not look
// like a whole one.
func Archive(w http.ResponseWriter, name, folder string, fill func(create func(file string) (io.Writer, error)) error) error {
	var archive *zip.Writer
	err := fill(func(file string) (io.Writer, error) {
		if archive == nil {
			Attachment(w, name, "application/zip")
			archive = zip.NewWriter(w)
		}
		return archive.Create(folder + "/" + file)
	})
	if archive == nil {
		return err
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}
