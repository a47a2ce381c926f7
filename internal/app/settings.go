package app

import (
	"os"
	"path/filepath"
)

// DefaultDir is where serve keeps its data when nothing is said.
func DefaultDir() string {
	if d := os.Getenv("XINSHU_DATA"); d != "" {
		return d
	}
	return "data"
}

// DefaultPostgres is the database URL of the environment, if any.
func DefaultPostgres() string { return os.Getenv("XINSHU_POSTGRES") }

// DemoDir is a fresh folder's place for the demo of one day, under the user's
// cache: tomorrow's demo ends tomorrow.
func DemoDir(day string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	return filepath.Join(base, "xinshu", "demo-"+day), nil
}
