package web

import (
	"net/http"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
)

// searchPage finds items and filings by words.
type searchPage struct {
	Frame
	Q     string
	Noun  string
	List  flow.Page[flow.Hit]
	Asked bool
}

func (*searchPage) template() string    { return "search/search" }
func (p *searchPage) names() flow.Names { return p.List.Names }

// Place is where a find is.
func (*searchPage) Place(h flow.Hit) string {
	if h.Noun == "item" {
		return "/items/" + h.ID
	}
	return "/filings/" + h.ID
}

// Wider is the same search without its filter.
func (p *searchPage) Wider() string { return query("/search", "q", p.Q) }

// search handles GET /search.
func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := &searchPage{Frame: s.frame(r, "search.head"), Q: q.Get("q"), Noun: q.Get("noun"), Asked: q.Get("q") != ""}
	if !p.Asked {
		return s.page(w, r, p)
	}
	list, err := s.flow.Search(r.Context(), actor(r), p.Q, p.Noun)
	if fault.Is(err, fault.Invalid) {
		p.Problem = problemOf(err)
		return s.page(w, r, p)
	}
	if err != nil {
		return err
	}
	p.List = list
	return s.page(w, r, p)
}

// newsPage lists what was told from above.
type newsPage struct {
	Frame
	List flow.Page[flow.NewsRow]
	More string
}

func (*newsPage) template() string    { return "search/news" }
func (p *newsPage) names() flow.Names { return p.List.Names }

// news handles GET /news.
func (s *Server) news(w http.ResponseWriter, r *http.Request) error {
	list, err := s.flow.News(r.Context(), actor(r), r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	p := &newsPage{Frame: s.frame(r, "news.head"), List: list}
	if list.Next != "" {
		p.More = query("/news", "after", list.Next)
	}
	return s.page(w, r, p)
}
