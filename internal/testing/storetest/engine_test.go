package storetest

import (
	"testing"
	"xinshu/internal/store"
)

func TestOpens(t *testing.T) {
	Each(t, func(t *testing.T, open func(t *testing.T) *store.Store) {
		s := open(t)
		if s.Node() == "" {
			t.Error("no")
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
