package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestEvidence(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	units := write(t, "units.tsv", "code\tparent\tname\tlevel\nK\t\t望岭县\tcounty\n")
	call(t, "import", "units", units, "--data", data).want(t, done, "", "")
	out := filepath.Join(t.TempDir(), "evidence")
	call(t, "evidence", out, "--data", data).want(t, wrong, "", "no block is sealed there yet")
	call(t, "evidence", out, "--data", data, "--close").want(t, done, "check-evidence.sh", "")
	facts := filepath.Join(t.TempDir(), "facts.jsonl")
	call(t, "export", "facts", facts, "--data", data).want(t, done, "", "")
	record, err := os.ReadFile(facts)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(record), `"record.exported"`); n != 1 || !strings.Contains(string(record), `from=1\u0026until=1`) {
		t.Errorf("the record says %d times that evidence was taken, want once, of block 1:\n%s", n, record)
	}
	if said, err := exec.CommandContext(t.Context(), "bash", filepath.Join(out, "check-evidence.sh")).CombinedOutput(); err != nil {
		t.Errorf("check-evidence.sh = %v\n%s", err, said)
	}
	call(t, "evidence", out, "--data", data).want(t, wrong, "", "is not empty")
	call(t, "evidence", "--data", data).want(t, usage, "", "usage: xinshu evidence")
}
