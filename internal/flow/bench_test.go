package flow_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/org"
	"xinshu/internal/testing/storetest"
)

// BenchmarkFile is a durable filing without HTTP: item, revision, filing, facts
// and idempotency key on disk, sixteen callers at once.
func BenchmarkFile(b *testing.B) {
	w := open(b, storetest.SQLite(b))
	rules := org.DefaultRules(w.ID("K1"))
	rules.OwnSignOff = true
	if _, err := w.Flow.SetRules(w.Ctx(), flow.Actor{System: true}, w.ID("K1"), rules); err != nil {
		b.Fatal(err)
	}
	actor := w.As("reporter.T2")
	if _, err := w.Flow.HoldPost(w.Ctx(), flow.Actor{System: true}, flow.HoldPost{Person: actor.Person, Unit: w.ID("T2"), Role: org.Signer}); err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			ctx := flow.WithKey(w.Ctx(), fmt.Sprint("key-", i))
			if _, err := w.Flow.File(ctx, actor, flow.Draft{Unit: w.ID("T2"), Title: fmt.Sprint("第", i, "期"), Body: body, Genre: "problem", Form: "single"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "filings/s")
}
