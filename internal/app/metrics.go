package app

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// figures are what /metrics shows, in the text form that Prometheus reads. What
// the store, the disk and the process know is asked when somebody looks; only
// requests are counted as they come.
type figures struct {
	app      *App
	since    time.Time
	requests answers
	inFlight atomic.Int64
	limited  atomic.Uint64

	mu      sync.Mutex // of the last look at the attachments' folder
	counted time.Time
	files   int
	bytes   int64
}

func newFigures(a *App) *figures {
	return &figures{app: a, since: time.Now(), requests: answers{of: map[answered]*times{}}}
}

// blobsEvery is how long a count of the attachments' folder is good for.
const blobsEvery = 10 * time.Minute

// askTime is how long a look at the store may take.
const askTime = 2 * time.Second

// page is /metrics.
func (f *figures) page() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics" {
			http.NotFound(w, r)
			return
		}
		s := &sheet{}
		f.answering(s)
		f.storing(s)
		f.keeping(s)
		f.running(s)
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(s.Bytes()) // nobody is left to tell
	})
}

// answering is about requests.
func (f *figures) answering(s *sheet) {
	s.figure(gauge, "xinshu_build_info", "Always 1; the version is the label.")
	s.line("xinshu_build_info", 1, "version", Version)
	s.figure(counting, "xinshu_http_request_duration_seconds", "How long answers took, by route pattern, method and class of status.")
	f.requests.write(s, "xinshu_http_request_duration_seconds")
	s.one(gauge, "xinshu_http_requests_in_flight", "Requests that are being answered.", float64(f.inFlight.Load()))
	s.one(counter, "xinshu_http_rate_limited_total", "Requests that were refused because their reader asked too often.", float64(f.limited.Load()))
}

// storing is about commits and what follows from the record. What cannot be read
// now is left out, and xinshu_store_up says why.
func (f *figures) storing(s *sheet) {
	st := f.app.Store.Stats()
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	b, err := f.app.Store.Behind(ctx)
	s.figure(gauge, "xinshu_store_up", "1 if the store answers, 0 if it does not.")
	s.line("xinshu_store_up", flagged(err == nil && !st.DiskGone), "engine", st.Engine)
	s.one(gauge, "xinshu_store_disk_failed", "1 after the disk refused to take what was written: nothing is accepted until a restart.", flagged(st.DiskGone))
	s.one(counter, "xinshu_store_commits_total", "Commits. On SQLite one carries several callers.", float64(st.Commits))
	s.one(counter, "xinshu_store_failed_commits_total", "Commits that were not saved.", float64(st.Failed))
	s.one(counter, "xinshu_store_retries_total", "Transactions that collided and were run again (PostgreSQL).", float64(st.Retries))
	s.one(counter, "xinshu_facts_recorded_total", "Facts recorded since the start.", float64(st.Facts))
	s.one(gauge, "xinshu_store_queue_length", "Callers that wait for the writer (SQLite) or hold a connection (PostgreSQL).", float64(st.Waiting))
	s.one(gauge, "xinshu_store_queue_capacity", "What xinshu_store_queue_length can be at most.", float64(st.Room))
	s.figure(counting, "xinshu_store_commit_callers", "How many callers one commit carried.")
	s.spread("xinshu_store_commit_callers", st.Callers)
	s.figure(counting, "xinshu_store_sync_duration_seconds", "How long the disk took to take what was committed (SQLite).")
	s.spread("xinshu_store_sync_duration_seconds", st.Syncs)
	if err != nil {
		return
	}
	s.one(gauge, "xinshu_record_position", "Position of the last fact of the record.", float64(b.Last))
	s.one(gauge, "xinshu_record_unsealed_facts", "Facts that are in no sealed block yet.", float64(b.Last-b.Sealed))
	s.figure(gauge, "xinshu_projection_behind_facts", "Facts that a projection has still to read.")
	names := make([]string, 0, len(b.Projections))
	for name := range b.Projections {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		s.line("xinshu_projection_behind_facts", float64(b.Projections[name]), "projection", name)
	}
}

// keeping is about the data folder.
func (f *figures) keeping(s *sheet) {
	if files, bytes, ok := f.blobs(); ok {
		s.one(gauge, "xinshu_blobs_files", "Files of the attachments.", float64(files))
		s.one(gauge, "xinshu_blobs_bytes", "Bytes of the attachments.", float64(bytes))
	}
	if free, ok := freeSpace(f.app.cfg.Dir); ok {
		s.one(gauge, "xinshu_data_free_bytes", "Bytes that are free on the disk of the data folder.", float64(free))
	}
	s.one(gauge, "xinshu_last_backup_timestamp_seconds", "When the newest file of the backup folder was written; 0 if there is none.", newest(f.app.backups()))
}

// running is about the process, under the names that Go programs have for it
// everywhere.
func (f *figures) running(s *sheet) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(samples)
	s.one(gauge, "go_goroutines", "Goroutines.", float64(runtime.NumGoroutine()))
	s.one(gauge, "go_memstats_heap_alloc_bytes", "Bytes of the heap that are in use.", float64(samples[0].Value.Uint64()))
	s.one(gauge, "go_memstats_sys_bytes", "Bytes taken from the system.", float64(samples[1].Value.Uint64()))
	s.one(counter, "go_gc_cycles_total", "Garbage collections.", float64(samples[2].Value.Uint64()))
	s.one(gauge, "process_start_time_seconds", "When the process began to serve, in seconds since 1970.", float64(f.since.UnixMilli())/1000)
	if p, ok := processNow(); ok {
		s.one(counter, "process_cpu_seconds_total", "Seconds of processor time.", p.cpu.Seconds())
		s.one(gauge, "process_resident_memory_bytes", "Bytes in memory.", float64(p.resident))
		s.one(gauge, "process_open_fds", "Open files and connections.", float64(p.open))
		s.one(gauge, "process_max_fds", "Open files and connections at most.", float64(p.most))
	}
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
