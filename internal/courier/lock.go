package courier

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Lock keeps passwords that must be said again, to a mail server, and so cannot
// be kept as a hash. Its key lies in a file of the data folder beside the
// database and goes into no backup: whoever finds a copy of the data finds no
// password in it.
type Lock struct {
	aead cipher.AEAD
	key  []byte
}

// LockFile is the name of the key's file in the data folder.
const LockFile = "mailbox.key"

// ErrLocked is a password that another key has locked: typed on another machine,
// or before the data was restored.
var ErrLocked = errors.New("the password was locked with another key")

// OpenLock reads the key of a data folder and makes one where there is none.
func OpenLock(dir string) (*Lock, error) {
	file := filepath.Join(dir, LockFile)
	key, err := readKey(file)
	if errors.Is(err, os.ErrNotExist) {
		key, err = newKey(file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Lock{aead, key}, err
}

func readKey(file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	said, sum, _ := strings.Cut(strings.TrimSpace(string(b)), " ")
	key, err := hex.DecodeString(said)
	if err != nil || len(key) != 32 || !strings.EqualFold(sum, check(key)) {
		return nil, errors.New("it is not a key of 64 hexadecimal digits with its sum; bring it back, or remove the file and type the passwords of the mailboxes again")
	}
	return key, nil
}

// check stands behind the key in its file, so that an altered one is named and
// not only fails to open what another locked.
func check(key []byte) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// newKey makes a key; of two who do it at once the first one's stays.
func newKey(file string) ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".key-*") // 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.WriteString(hex.EncodeToString(key) + " " + check(key) + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), file); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return readKey(file)
}

// Shut locks a text for one place, that it cannot be used at another.
func (l *Lock) Shut(place, text string) (string, error) {
	nonce := make([]byte, l.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(l.aead.Seal(nonce, nonce, []byte(text), []byte(place))), nil
}

// Open is what was locked for a place.
func (l *Lock) Open(place, locked string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(locked)
	if err != nil || len(b) < l.aead.NonceSize() {
		return "", ErrLocked
	}
	text, err := l.aead.Open(nil, b[:l.aead.NonceSize()], b[l.aead.NonceSize():], []byte(place))
	if err != nil {
		return "", ErrLocked
	}
	return string(text), nil
}

// Mark tells whether two texts are the same without telling what they are.
func (l *Lock) Mark(text string) string {
	h := hmac.New(sha256.New, l.key)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}
