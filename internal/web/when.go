package web

import (
	"net/http"
	"strings"
	"time"

	"xinshu/internal/fault"
)

// when reads a field of a date and perhaps an hour, where the office is. The
// input is called NAME_on, so that httpio.Form leaves the verb's own field alone.
// A date alone means the end of that day's work.
func (s *Server) when(r *http.Request, name string) (int64, error) {
	v := strings.TrimSpace(r.PostFormValue(name + "_on"))
	if v == "" {
		return 0, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, v, s.flow.Location()); err == nil {
			return t.UnixMicro(), nil
		}
	}
	t, err := time.ParseInLocation("2006-01-02", v, s.flow.Location())
	if err != nil {
		return 0, fault.Bad(name, "not_a_date", "value", v)
	}
	return t.Add(endOfWork).UnixMicro(), nil
}

const endOfWork = 18 * time.Hour
