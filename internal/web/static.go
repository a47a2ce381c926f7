package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// asset is one file under its hashed name.
type asset struct {
	body  []byte
	media string
}

// assets are read and named by their content once, when the process starts: a
// new build has new names, and an old page keeps asking for the old ones.
var assets, assetNames = loadAssets()

func loadAssets() (map[string]asset, map[string]string) {
	byName, names := map[string]asset{}, map[string]string{}
	err := fs.WalkDir(staticFiles, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(p)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		name := strings.TrimPrefix(p, "static/")
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		media := mime.TypeByExtension(ext)
		if ext == ".js" {
			media = "text/javascript; charset=utf-8" // tables of the host differ
		}
		byName[hashed] = asset{body, media}
		names[name] = "/static/" + hashed
		return nil
	})
	if err != nil {
		panic("web: the embedded files cannot be read: " + err.Error())
	}
	return byName, names
}

// staticPath is the address of a file of static/, by its plain name.
func staticPath(name string) string { return assetNames[name] }

func serveStatic(w http.ResponseWriter, r *http.Request) error {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		return errNoPage
	}
	w.Header().Set("Content-Type", a.media)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err := w.Write(a.body)
	return err
}
