package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"xinshu/internal/fact"
)

// keyFile holds the seed of the signing key in the data folder; on PostgreSQL
// it lies in the table installation. The public half is in that table on both.
const keyFile = "seal.key"

// Seal closes every full block of positions that is not sealed yet and tells
// how many; short also closes the rest as a short one.
func (s *Store) Seal(ctx context.Context, short bool) (n int, err error) {
	s.sealing.Lock()
	defer s.sealing.Unlock()
	var key ed25519.PrivateKey
	for {
		b, found, err := s.nextBlock(ctx, short, &key)
		if err != nil || !found {
			return n, err
		}
		// Two replicas may have made the same block: its number is unique.
		err = s.Update(ctx, func(tx *Tx) error {
			_, err := tx.exec("block_insert", b.Number, b.First, b.Last, b.Prev, b.Hash, b.Sealed, b.Signature)
			return err
		})
		if err != nil {
			return n, err
		}
		n++
	}
}

// nextBlock makes the block after the last one, if there is enough for it.
func (s *Store) nextBlock(ctx context.Context, short bool, key *ed25519.PrivateKey) (b fact.Block, found bool, err error) {
	var recs []fact.Record
	var prev fact.Block
	var now int64
	err = s.View(ctx, func(tx *Tx) (err error) {
		now = tx.Now()
		if prev, _, err = one(tx, "block_last", scanBlock); err != nil {
			return err
		}
		if !short { // most rounds have nothing to close, and need not read to learn it
			if last, err := tx.LastPosition(); err != nil || last-prev.Last < fact.BlockSize {
				return err
			}
		}
		recs, err = many(tx, "envelopes_after", scanRecord, prev.Last, fact.BlockSize)
		return err
	})
	if err != nil || len(recs) == 0 || (len(recs) < fact.BlockSize && !short) {
		return b, false, err
	}
	if *key == nil {
		if *key, err = s.signingKey(ctx); err != nil {
			return b, false, err
		}
	}
	chain := fact.Start(prev)
	for i := range recs {
		if err := chain.Add(&recs[i].Fact, recs[i].Position); err != nil {
			return b, false, fmt.Errorf("store: seal: %w", err)
		}
	}
	return chain.Close(*key, now), true, nil
}

func scanBlock(r row) (b fact.Block, err error) {
	return b, r.Scan(&b.Number, &b.First, &b.Last, &b.Prev, &b.Hash, &b.Sealed, &b.Signature)
}

// signingKey finds the installation's key, or makes one for a new installation.
// A lost key is never quietly replaced: the blocks before would look forged.
func (s *Store) signingKey(ctx context.Context) (ed25519.PrivateKey, error) {
	seed, public, err := s.keptKey(ctx)
	if err != nil {
		return nil, err
	}
	if seed == "" && public != "" {
		return nil, down("store: seal", "seal_key_missing", fmt.Errorf("this installation has sealed blocks, but its key %s is gone: bring it back from the backup", filepath.Join(s.dir, keyFile)))
	}
	if seed == "" {
		return s.makeKey(ctx)
	}
	raw, err := hex.DecodeString(seed)
	if err != nil || len(raw) != ed25519.SeedSize {
		return nil, down("store: seal", "seal_key_unreadable", errors.New("the signing key is not 64 hexadecimal digits"))
	}
	key := ed25519.NewKeyFromSeed(raw)
	if public == "" { // the process died between the file and the table
		err = s.keepPublic(ctx, key)
	}
	return key, err
}

func (s *Store) keepPublic(ctx context.Context, key ed25519.PrivateKey) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("installation_keep", "seal.public", hex.EncodeToString(key.Public().(ed25519.PublicKey)))
		return err
	})
}

// keptKey reads the seed from where it lies and the public half.
func (s *Store) keptKey(ctx context.Context) (seed, public string, err error) {
	err = s.View(ctx, func(tx *Tx) (err error) {
		if public, _, err = one(tx, "installation_get", scanString, "seal.public"); err != nil {
			return err
		}
		if s.dir == "" {
			seed, _, err = one(tx, "installation_get", scanString, "seal.seed")
		}
		return err
	})
	if err != nil || s.dir == "" {
		return seed, public, err
	}
	b, err := os.ReadFile(filepath.Join(s.dir, keyFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", "", err
	}
	return strings.TrimSpace(string(b)), public, nil
}

// makeKey makes the installation's key. Where two replicas do it at once the
// first one's stays, and both use that.
func (s *Store) makeKey(ctx context.Context) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	seed := hex.EncodeToString(key.Seed())
	if s.dir != "" {
		err = writeKey(filepath.Join(s.dir, keyFile), seed)
	} else {
		err = s.Update(ctx, func(tx *Tx) error {
			_, err := tx.exec("installation_keep", "seal.seed", seed)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	return s.signingKey(ctx)
}

// writeKey puts the key on the disk before anything is signed with it.
func writeKey(file, seed string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(seed + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// publicKey is what blocks are checked with: the key file's half where there
// is one, because a forger of the tables would forge the table's too. A key file
// that cannot be read is a mismatch as well.
func (s *Store) publicKey(ctx context.Context) (key ed25519.PublicKey, mismatch bool, err error) {
	seed, public, err := s.keptKey(ctx)
	if err != nil {
		return nil, false, err
	}
	kept, _ := hex.DecodeString(public)
	if raw, e := hex.DecodeString(seed); e == nil && len(raw) == ed25519.SeedSize {
		own := ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)
		return own, !own.Equal(ed25519.PublicKey(kept)), nil
	}
	unreadable := seed != ""
	if len(kept) != ed25519.PublicKeySize {
		return nil, unreadable, nil
	}
	return kept, unreadable, nil
}
