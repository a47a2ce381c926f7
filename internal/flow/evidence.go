package flow

import (
	"context"
	"crypto/x509"
	"embed"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
)

//go:embed evidence
var evidenceFiles embed.FS

// EvidenceReport is what an evidence export holds.
type EvidenceReport struct {
	First    int64  `json:"first_block"`
	Last     int64  `json:"last_block"`
	Blocks   int    `json:"blocks"`
	Facts    int64  `json:"facts"`
	Unsealed int64  `json:"unsealed"` // facts that wait for their block and are not in it
	Hash     string `json:"hash"`     // of the last block: to be written down
}

// Evidence writes the sealed blocks from one number to another (0: from the
// first, to the last) in a form that an auditor checks with standard tools:
// exactly the bytes that were hashed and signed. create opens the next file;
// files come one after the other, so that they fit a folder and an archive.
// For the operator and for auditors.
func (f *Flow) Evidence(ctx context.Context, a Actor, from, until int64, create func(name string) (io.Writer, error)) (rep EvidenceReport, err error) {
	defer fault.Wrap(&err, "flow.Evidence")
	blocks, err := f.evidenceBlocks(ctx, a, from, until, &rep)
	if err != nil {
		return rep, err
	}
	if err := f.taken(ctx, a, "evidence", fmt.Sprintf("from=%d&until=%d", rep.First, rep.Last)); err != nil {
		return rep, err
	}
	key, err := f.store.SealKey(ctx)
	if err != nil {
		return rep, err
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return rep, err
	}
	put := func(name string, body []byte) error {
		w, err := create(name)
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}
	var table strings.Builder
	table.WriteString("number\tfirst\tlast\tprev\thash\tsealed\n")
	for _, b := range blocks {
		fmt.Fprintf(&table, "%d\t%d\t%d\t%s\t%s\t%d\n", b.Number, b.First, b.Last, b.Prev, b.Hash, b.Sealed)
		sig, err := hex.DecodeString(b.Signature)
		if err != nil {
			return rep, fmt.Errorf("the signature of block %d is not hexadecimal: run verify", b.Number)
		}
		if err := put("signatures/"+strconv.FormatInt(b.Number, 10)+".sig", sig); err != nil {
			return rep, err
		}
	}
	if err := put("blocks.tsv", []byte(table.String())); err != nil {
		return rep, err
	}
	if err := put("public-key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})); err != nil {
		return rep, err
	}
	for _, name := range []string{"README.txt", "check-evidence.sh", "check-evidence.py"} {
		body, err := evidenceFiles.ReadFile("evidence/" + name)
		if err != nil {
			return rep, err
		}
		if err := put(name, body); err != nil {
			return rep, err
		}
	}
	first, last := blocks[0].First, blocks[len(blocks)-1].Last
	for _, file := range []struct {
		name string
		line func(r *fact.Record) ([]byte, error)
	}{{"envelopes.txt", envelopeLines}, {"payloads.txt", payloadLine}} {
		w, err := create(file.name)
		if err != nil {
			return rep, err
		}
		if err := f.evidenceLines(ctx, w, first, last, file.line); err != nil {
			return rep, err
		}
	}
	rep.Facts = last - first + 1
	return rep, nil
}

// evidenceBlocks finds the blocks and refuses a stretch that holds none.
func (f *Flow) evidenceBlocks(ctx context.Context, a Actor, from, until int64, rep *EvidenceReport) ([]fact.Block, error) {
	return read(ctx, f, a, "EvidenceBlocks", func(t *act) ([]fact.Block, error) {
		if err := t.audits(); err != nil {
			return nil, err
		}
		if until == 0 {
			until = math.MaxInt64
		}
		if from < 0 || until < from {
			return nil, fault.Bad("until", "blocks_backward", "from", strconv.FormatInt(from, 10), "until", strconv.FormatInt(until, 10))
		}
		blocks, err := t.Blocks(from, until)
		if err != nil {
			return nil, err
		}
		if len(blocks) == 0 {
			return nil, fault.Bad("from", "no_block", "size", strconv.Itoa(fact.BlockSize))
		}
		end := blocks[len(blocks)-1]
		rep.First, rep.Last, rep.Blocks, rep.Hash = blocks[0].Number, end.Number, len(blocks), end.Hash
		all, err := t.Blocks(end.Number, math.MaxInt64)
		if err != nil {
			return nil, err
		}
		last, err := t.LastPosition()
		rep.Unsealed = last - all[len(all)-1].Last
		return blocks, err
	})
}

// evidenceLines writes a stretch of the record, a few blocks in memory.
func (f *Flow) evidenceLines(ctx context.Context, w io.Writer, first, last int64, line func(r *fact.Record) ([]byte, error)) error {
	for next := first; next <= last; {
		recs, err := read(ctx, f, Actor{System: true}, "EvidenceLines", func(t *act) ([]fact.Record, error) {
			return t.Facts(next-1, int(min(2*fact.BlockSize, last-next+1)))
		})
		if err != nil {
			return err
		}
		var out []byte
		for i := range recs {
			if recs[i].Position != next {
				break
			}
			b, err := line(&recs[i])
			if err != nil {
				return err
			}
			out, next = append(out, b...), next+1
		}
		if len(out) == 0 {
			return fmt.Errorf("position %d is missing from the record: run verify", next)
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// envelopeLines are the bytes that the seal hashes: fifteen lines.
func envelopeLines(r *fact.Record) ([]byte, error) {
	b := r.Canon(r.Position)
	if strings.Count(string(b), "\n") != 15 {
		return nil, fmt.Errorf("the envelope at position %d has a line break inside a field", r.Position)
	}
	return b, nil
}

// payloadLine is a payload as it was hashed: JSON has no line break inside.
func payloadLine(r *fact.Record) ([]byte, error) {
	if strings.Contains(string(r.Payload), "\n") {
		return nil, fmt.Errorf("the payload at position %d has a line break", r.Position)
	}
	return append([]byte(r.Payload), '\n'), nil
}
