package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// happened is a payload of a realistic size.
type happened struct {
	Title string `json:"title"`
	Hash  string `json:"hash"`
	Unit  string `json:"unit"`
}

func (happened) FactKind() fact.Kind { return fact.ItemDrafted }

var benchBody = strings.Repeat("连日降雨后，东岸村溪堤出现两处渗漏，已组织人员巡查并转移低处住户。", 12)

// BenchmarkFiling measures what one durable filing costs the store: item,
// revision, filing, three facts and the idempotency key in one transaction, by
// 16 callers at once, answered after the disk has it.
func BenchmarkFiling(b *testing.B) {
	s := storetest.Open(b)
	if err := s.Update(b.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.InsertUnit(&org.Unit{ID: "u1", Code: "1", Name: "东岸镇", Level: org.Township}), tx.InsertUnit(&org.Unit{ID: "o1", Code: "2", Name: "青川县信息科", Level: org.County}))
	}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := spent(b)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(b.N) {
					return
				}
				if err := s.Update(b.Context(), func(tx *store.Tx) error { return fileOne(tx, i) }); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "filings/s")
	b.ReportMetric((spent(b)-before)/float64(b.N), "cpu-µs/op") // steadier than the rate where others use the machine
}

// spent is the processor time this process has used, in microseconds.
func spent(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1000
}

func fileOne(tx *store.Tx, i int64) error {
	now := tx.Now()
	it := item.Item{ID: ident.Item(tx.Mint()), Unit: "u1", State: item.Signed, Genre: "situation", Form: "brief", Title: "东岸村溪堤渗漏情况", Length: 400, Revision: 1, Signed: 1,
		Lines: []ident.Line{"l1"}, Authors: []ident.Person{"p1"}, Channel: "web", Checks: []org.Check{org.SignOffOK}, Round: 1, Writer: "p1", Created: now, Updated: now}
	if err := tx.InsertItem(&it); err != nil {
		return err
	}
	if err := tx.InsertRevision(item.Revision{ID: ident.Revision(tx.Mint()), Noun: "item", Owner: string(it.ID), Number: 1, Title: it.Title, Body: benchBody, Hash: fact.Digest([]byte(benchBody)), By: "p1", At: now}); err != nil {
		return err
	}
	f := filing.Filing{ID: ident.Filing(tx.Mint()), Item: it.ID, Office: "o1", Unit: "u1", State: filing.Filed, Since: now}
	if err := tx.InsertFiling(&f); err != nil {
		return err
	}
	for _, sub := range []fact.Subject{{Noun: "item", ID: string(it.ID)}, {Noun: "item", ID: string(it.ID)}, {Noun: "filing", ID: string(f.ID)}} {
		if _, err := tx.Record(fact.Fact{Subject: sub, SubjectV: 1, Actor: "p1", Post: "po1", Office: "o1"}, happened{it.Title, fact.Digest([]byte(benchBody)), "u1"}); err != nil {
			return err
		}
	}
	return tx.KeepOnce("p1", fmt.Sprint("key-", i), fact.Digest([]byte("x")), string(it.ID))
}
