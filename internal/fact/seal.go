package fact

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// BlockSize is how many positions a full block seals. The newest facts wait
// unsealed until a block is full or the sealer is asked to close a short one.
const BlockSize = 512

// Block seals the positions First..Last. Its hash chains over the block before
// it and every envelope inside, so nothing can be altered, removed, inserted or
// reordered below a block that is kept elsewhere.
type Block struct {
	Number    int64  `json:"number"`
	First     int64  `json:"first"`
	Last      int64  `json:"last"`
	Prev      string `json:"prev"`
	Hash      string `json:"hash"`
	Sealed    Micros `json:"sealed"`
	Signature string `json:"signature"` // ed25519 over Hash and Sealed, hex
}

// Chain is the running hash of a block that is being made or checked.
type Chain struct {
	block Block
	sum   []byte
}

// Start begins the block after prev (the zero Block before the first one).
func Start(prev Block) *Chain {
	c := &Chain{block: Block{Number: prev.Number + 1, First: prev.Last + 1, Last: prev.Last, Prev: prev.Hash}}
	h := sha256.Sum256([]byte("xinshu block\n" + strconv.FormatInt(c.block.Number, 10) + "\n" + prev.Hash + "\n"))
	c.sum = h[:]
	return c
}

// Add takes the next fact; it must be the next position.
func (c *Chain) Add(f *Fact, position int64) error {
	if position != c.block.Last+1 {
		return fmt.Errorf("position %d follows %d: the record has a gap", position, c.block.Last)
	}
	h := sha256.New()
	h.Write(c.sum)
	h.Write(f.Canon(position))
	c.sum = h.Sum(nil)
	c.block.Last = position
	return nil
}

// Len is how many facts the block holds so far.
func (c *Chain) Len() int64 { return c.block.Last - c.block.First + 1 }

// Close makes the signed block.
func (c *Chain) Close(key ed25519.PrivateKey, now Micros) Block {
	b := c.block
	b.Hash = hex.EncodeToString(c.sum)
	b.Sealed = now
	b.Signature = hex.EncodeToString(ed25519.Sign(key, b.signed()))
	return b
}

// Check compares the running hash with a kept block and its signature.
func (c *Chain) Check(b Block, key ed25519.PublicKey) error {
	if b.Number != c.block.Number || b.First != c.block.First || b.Last != c.block.Last || b.Prev != c.block.Prev {
		return fmt.Errorf("block %d does not continue block %d", b.Number, c.block.Number-1)
	}
	if got := hex.EncodeToString(c.sum); got != b.Hash {
		return fmt.Errorf("block %d (positions %d–%d): the facts hash to %.12s…, the seal says %.12s…", b.Number, b.First, b.Last, got, b.Hash)
	}
	sig, err := hex.DecodeString(b.Signature)
	if err != nil || !ed25519.Verify(key, b.signed(), sig) {
		return fmt.Errorf("block %d: the signature is not this installation's", b.Number)
	}
	return nil
}

func (b Block) signed() []byte {
	return []byte("xinshu seal\n" + b.Hash + "\n" + strconv.FormatInt(b.Sealed, 10) + "\n")
}
