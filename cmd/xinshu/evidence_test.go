package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

func TestEvidence(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	units := write(t, "units.tsv", "code\tparent\tname\tlevel\nK\t\t望岭县\tcounty\n")
	call(t, "import", "units", units, "--data", data).want(t, done, "", "")
	out := filepath.Join(t.TempDir(), "evidence")
	call(t, "evidence", out, "--data", data).want(t, wrong, "", "no block is sealed there yet")
	call(t, "evidence", out, "--data", data, "--close").want(t, done, "check-evidence.sh", "")
	if said, err := exec.CommandContext(t.Context(), "bash", filepath.Join(out, "check-evidence.sh")).CombinedOutput(); err != nil {
		t.Errorf("check-evidence.sh = %v\n%s", err, said)
	}
	call(t, "evidence", out, "--data", data).want(t, wrong, "", "is not empty")
	call(t, "evidence", "--data", data).want(t, usage, "", "usage: xinshu evidence")
}
