package item

import "slices"

// FormLength says up to which length a text is of a form. A form of certain
// genres only is suggested for those.
type FormLength struct {
	Form   string   `json:"form"`
	Most   int      `json:"most,omitempty"` // characters without white space; 0 = as long as the office takes
	Genres []string `json:"genres,omitempty"`
}

// FormLengths are asked in this order: the first that fits is suggested. The
// writer decides; an office's own limits are its rules.
var FormLengths = []FormLength{
	{Form: "brief", Most: 150},
	{Form: "single", Most: 1000},
	{Form: "research", Genres: []string{"practice"}},
	{Form: "special"},
}

// SuggestForm is the form a text of a length and genre would have.
func SuggestForm(length int, genre string) FormLength {
	at := slices.IndexFunc(FormLengths, func(f FormLength) bool {
		return (f.Most == 0 || length <= f.Most) && (len(f.Genres) == 0 || slices.Contains(f.Genres, genre))
	})
	return FormLengths[at] // the last row takes everything
}
