package fact_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

func key(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+b)), 32)))
}

// record is n facts, the first at position 1.
func record(n int) []fact.Fact {
	out := make([]fact.Fact, n)
	for i := range out {
		out[i] = fact.Fact{ID: ident.Fact(fmt.Sprint("f", i)), Kind: fact.ItemDrafted, KindV: 1, Subject: fact.Subject{Noun: "item", ID: fmt.Sprint("i", i)}, SubjectV: 1,
			Actor: "p", Post: "q", Office: "o", Occurred: 10, Recorded: int64(20 + i), Node: "n", Digest: fact.Digest([]byte{byte(i)})}
	}
	return out
}

func chain(t *testing.T, prev fact.Block, fs []fact.Fact, first int64) *fact.Chain {
	t.Helper()
	c := fact.Start(prev)
	for i := range fs {
		if err := c.Add(&fs[i], first+int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestSealedBlocksFollowEachOther(t *testing.T) {
	k := key(0)
	pub := k.Public().(ed25519.PublicKey)
	fs := record(5)
	b1 := chain(t, fact.Block{}, fs[:3], 1).Close(k, 99)
	if b1.Number != 1 || b1.First != 1 || b1.Last != 3 || b1.Prev != "" {
		t.Errorf("first block = %+v, want number 1 of positions 1 to 3 after nothing", b1)
	}
	c2 := chain(t, b1, fs[3:], 4)
	if c2.Len() != 2 {
		t.Errorf("Len() = %d, want 2", c2.Len())
	}
	b2 := c2.Close(k, 100)
	if b2.Prev != b1.Hash {
		t.Error("the second block does not name the first one's hash")
	}
	for _, c := range []struct {
		prev fact.Block
		fs   []fact.Fact
		b    fact.Block
	}{{fact.Block{}, fs[:3], b1}, {b1, fs[3:], b2}} {
		if err := chain(t, c.prev, c.fs, c.b.First).Check(c.b, pub); err != nil {
			t.Errorf("Check(block %d) = %v, want nil", c.b.Number, err)
		}
	}
	if err := fact.Start(b1).Add(&fs[3], 5); err == nil {
		t.Error("Add(position 5 after 3) = nil, want a gap")
	}
}

// TestTampering: each way to alter the record after sealing is found.
func TestTampering(t *testing.T) {
	k := key(0)
	pub := k.Public().(ed25519.PublicKey)
	b := chain(t, fact.Block{}, record(3), 1).Close(k, 99)
	for _, c := range []struct {
		name   string
		change func(fs []fact.Fact) []fact.Fact
		seal   func(b fact.Block) fact.Block
		want   string
	}{
		{"actor", func(fs []fact.Fact) []fact.Fact { fs[1].Actor = "other"; return fs }, nil, "the seal says"},
		{"kind", func(fs []fact.Fact) []fact.Fact { fs[0].Kind = fact.ItemRevised; return fs }, nil, "the seal says"},
		{"payload", func(fs []fact.Fact) []fact.Fact { fs[2].Digest = fact.Digest(nil); return fs }, nil, "the seal says"},
		{"time", func(fs []fact.Fact) []fact.Fact { fs[2].Occurred++; return fs }, nil, "the seal says"},
		{"post", func(fs []fact.Fact) []fact.Fact { fs[2].Post = ""; return fs }, nil, "the seal says"},
		{"correction", func(fs []fact.Fact) []fact.Fact { fs[2].Corrects = fs[0].ID; return fs }, nil, "the seal says"},
		{"order", func(fs []fact.Fact) []fact.Fact { fs[0], fs[1] = fs[1], fs[0]; return fs }, nil, "the seal says"},
		{"removed", func(fs []fact.Fact) []fact.Fact { return fs[:2] }, nil, "does not continue"},
		{"moved border", func(fs []fact.Fact) []fact.Fact {
			fs[1].Subject.Noun, fs[1].Subject.ID = fs[1].Subject.Noun+"i", fs[1].Subject.ID[1:]
			return fs
		}, nil, "the seal says"},
		{"sealing time", nil, func(b fact.Block) fact.Block { b.Sealed++; return b }, "signature"},
		{"another key", nil, func(b fact.Block) fact.Block { return chain(t, fact.Block{}, record(3), 1).Close(key(1), 99) }, "signature"},
		{"broken signature", nil, func(b fact.Block) fact.Block { b.Signature = "zz"; return b }, "signature"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs, sealed := record(3), b
			if c.change != nil {
				fs = c.change(fs)
			}
			if c.seal != nil {
				sealed = c.seal(b)
			}
			err := chain(t, fact.Block{}, fs, 1).Check(sealed, pub)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check after changing %s = %v, want an error that says %q", c.name, err, c.want)
			}
		})
	}
}

func TestKindsAreListedOnce(t *testing.T) {
	seen := map[fact.Kind]bool{}
	for _, k := range fact.Kinds {
		if seen[k.Kind] {
			t.Errorf("kind %s is listed twice", k.Kind)
		}
		seen[k.Kind] = true
		if k.Sentence == "" || !strings.HasSuffix(k.Sentence, ".") {
			t.Errorf("sentence of %s = %q, want one that ends", k.Kind, k.Sentence)
		}
		if noun, done, ok := strings.Cut(string(k.Kind), "."); !ok || noun == "" || done == "" {
			t.Errorf("kind %q, want noun.what_happened", k.Kind)
		}
	}
}

type odd struct{}

func (odd) FactKind() fact.Kind { return fact.ItemDrafted }

func TestDecode(t *testing.T) {
	if _, err := fact.Decode[odd](fact.Record{Fact: fact.Fact{Kind: fact.ItemRevised}}); err == nil {
		t.Error("Decode of another kind = nil, want an error")
	}
	if _, err := fact.Decode[odd](fact.Record{Fact: fact.Fact{Kind: fact.ItemDrafted}}); err != nil {
		t.Errorf("Decode of an erased payload = %v, want the empty struct", err)
	}
	if _, err := fact.Decode[odd](fact.Record{Fact: fact.Fact{Kind: fact.ItemDrafted}, Payload: []byte("{")}); err == nil {
		t.Error("Decode of a broken payload = nil, want an error")
	}
}
