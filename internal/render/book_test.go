package render

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"
)

type oneCell string

func (c oneCell) Cells() []string { return []string{string(c), "beyond"} }

func TestAFullSheetGoesOnInTheNext(t *testing.T) {
	var b bytes.Buffer
	book, err := openBook(&b, "items", []string{"a"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := book.Write(oneCell(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, name := range x.GetSheetList() {
		rows, err := x.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprint(name, rows, " ")
	}
	if want := "items[[a] [0] [1]] items 2[[a] [2] [3]] items 3[[a] [4]] "; got != want {
		t.Errorf("sheets = %s, want %s", got, want)
	}
}

func TestLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := letters(i); got != want {
			t.Errorf("letters(%d) = %s, want %s", i, got, want)
		}
	}
}

func TestATooLongTextIsRefused(t *testing.T) {
	var b bytes.Buffer
	book, err := openBook(&b, "items", []string{"a"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Write(oneCell(make([]byte, MaxCell+1))); err == nil {
		t.Error("a text over the limit was written, want it refused, not cut")
	}
}
