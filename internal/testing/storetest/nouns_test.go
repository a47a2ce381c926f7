package storetest

import "testing"

func TestNouns(t *testing.T) { Each(t, Nouns) }
