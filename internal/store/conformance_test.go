package store_test

import (
	"testing"

	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(t *testing.T) *store.Store) { storetest.Run(t, open) })
}
