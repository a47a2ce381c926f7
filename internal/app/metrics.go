package app

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"xinshu/internal/store"
)

// figures are what /metrics shows. Requests are counted as they come; what the
// store and the disk know is asked when somebody looks. The registry is our own,
// so that nothing shows itself because some package was imported.
type figures struct {
	app      *App
	page     http.Handler // /metrics
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
	limited  prometheus.Counter

	mu      sync.Mutex // of the last look at the attachments' folder
	counted time.Time
	files   int
	bytes   int64
}

func newFigures(a *App) *figures {
	f := &figures{
		app: a,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "xinshu_http_request_duration_seconds", Help: "How long answers took, by route pattern, method and class of status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "xinshu_http_requests_in_flight", Help: "Requests that are being answered."}),
		limited:  prometheus.NewCounter(prometheus.CounterOpts{Name: "xinshu_http_rate_limited_total", Help: "Requests that were refused because their reader asked too often."}),
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(f, f.requests, f.inFlight, f.limited, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	f.page = mux
	return f
}

// blobsEvery is how long a count of the attachments' folder is good for.
const blobsEvery = 10 * time.Minute

// askTime is how long a look at the store may take.
const askTime = 2 * time.Second

// Describe names nothing beforehand: what cannot be read when somebody looks is
// left out.
func (f *figures) Describe(chan<- *prometheus.Desc) {}

// Collect asks.
func (f *figures) Collect(into chan<- prometheus.Metric) {
	s := sheet(into)
	s.gauge("xinshu_build_info", "Always 1; the version is the label.", 1, "version", Version)
	f.storing(s)
	f.keeping(s)
	cycles := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(cycles)
	s.counter("go_gc_cycles_total", "Garbage collections.", float64(cycles[0].Value.Uint64()))
}

// sheet takes figures.
type sheet chan<- prometheus.Metric

// gauge is a value of the moment, with a label or without.
func (s sheet) gauge(name, help string, value float64, label ...string) {
	var labels prometheus.Labels
	if len(label) == 2 {
		labels = prometheus.Labels{label[0]: label[1]}
	}
	s <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, labels), prometheus.GaugeValue, value)
}

// counter only grows, until the next start.
func (s sheet) counter(name, help string, value float64) {
	s <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.CounterValue, value)
}

// spread is what the store counted by size.
func (s sheet) spread(name, help string, t store.Tally) {
	upto := make(map[float64]uint64, len(t.Bounds))
	for i, bound := range t.Bounds {
		upto[bound] = t.Upto[i]
	}
	s <- prometheus.MustNewConstHistogram(prometheus.NewDesc(name, help, nil, nil), t.Count, t.Sum, upto)
}

// storing is about commits and what follows from the record. What cannot be read
// now is left out, and xinshu_store_up says why.
func (f *figures) storing(s sheet) {
	st := f.app.Store.Stats()
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	b, err := f.app.Store.Behind(ctx)
	s.gauge("xinshu_store_up", "1 if the store answers, 0 if it does not.", flagged(err == nil && !st.DiskGone), "engine", st.Engine)
	s.gauge("xinshu_store_disk_failed", "1 after the disk refused to take what was written: nothing is accepted until a restart.", flagged(st.DiskGone))
	s.counter("xinshu_store_commits_total", "Commits. On SQLite one carries several callers.", float64(st.Commits))
	s.counter("xinshu_store_failed_commits_total", "Commits that were not saved.", float64(st.Failed))
	s.counter("xinshu_store_retries_total", "Transactions that collided and were run again (PostgreSQL).", float64(st.Retries))
	s.counter("xinshu_store_reads_total", "Statements that read.", float64(st.Asked))
	s.counter("xinshu_facts_recorded_total", "Facts recorded since the start.", float64(st.Facts))
	s.gauge("xinshu_store_queue_length", "Callers that wait for the writer (SQLite) or hold a connection (PostgreSQL).", float64(st.Waiting))
	s.gauge("xinshu_store_queue_capacity", "What xinshu_store_queue_length can be at most.", float64(st.Room))
	s.spread("xinshu_store_commit_callers", "How many callers one commit carried.", st.Callers)
	s.spread("xinshu_store_sync_duration_seconds", "How long the disk took to take what was committed (SQLite).", st.Syncs)
	f.fetching(ctx, s)
	if err != nil {
		return
	}
	s.gauge("xinshu_record_position", "Position of the last fact of the record.", float64(b.Last))
	s.gauge("xinshu_record_unsealed_facts", "Facts that are in no sealed block yet.", float64(b.Last-b.Sealed))
	for name, behind := range b.Projections {
		s.gauge("xinshu_projection_behind_facts", "Facts that a projection has still to read.", float64(behind), "projection", name)
	}
}

// fetching is about the offices' mailboxes, without their names: an address is a
// person's.
func (f *figures) fetching(ctx context.Context, s sheet) {
	boxes, err := f.app.Flow.MailboxFigures(ctx)
	if err != nil {
		return
	}
	s.gauge("xinshu_mailboxes", "Mailboxes that are looked into.", float64(boxes.On))
	s.gauge("xinshu_mailboxes_failing", "Mailboxes whose last look failed.", float64(boxes.Failing))
	s.gauge("xinshu_mailbox_oldest_look_timestamp_seconds", "When the mailbox that was longest not read to its end last was; 0 if one never was, or if there is none.", float64(boxes.Oldest)/1e6)
	s.gauge("xinshu_mailbox_letters", "Letters that came out of mailboxes, since they were set.", float64(boxes.Letters))
}

// keeping is about the data folder.
func (f *figures) keeping(s sheet) {
	if files, bytes, ok := f.blobs(); ok {
		s.gauge("xinshu_blobs_files", "Files of the attachments.", float64(files))
		s.gauge("xinshu_blobs_bytes", "Bytes of the attachments.", float64(bytes))
	}
	if free, ok := freeSpace(f.app.cfg.Dir); ok {
		s.gauge("xinshu_data_free_bytes", "Bytes that are free on the disk of the data folder.", float64(free))
	}
	s.gauge("xinshu_last_backup_timestamp_seconds", "When the newest file of the backup folder was written; 0 if there is none.", newest(f.app.backups()))
}

func flagged(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// blobs counts the folder, not at every look: it may have a hundred thousand
// files.
func (f *figures) blobs() (files int, bytes int64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.counted.IsZero() || time.Since(f.counted) > blobsEvery {
		var err error
		if f.files, f.bytes, err = f.app.Blobs.Usage(context.Background()); err != nil {
			return 0, 0, false
		}
		f.counted = time.Now()
	}
	return f.files, f.bytes, true
}

// backups is where backups lie.
func (a *App) backups() string {
	if a.cfg.BackupDir != "" {
		return a.cfg.BackupDir
	}
	return filepath.Join(a.cfg.Dir, "backups")
}

// newest is when the newest entry of a folder was written, in seconds since
// 1970; 0 for an empty folder or none.
func newest(dir string) (at float64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			at = max(at, float64(info.ModTime().UnixMilli())/1000)
		}
	}
	return at
}
