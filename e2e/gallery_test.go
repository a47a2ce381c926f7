package e2e

import "testing"

// The page of components, which is what every other page is made of: in both
// languages, light and dark, in large print, on paper, at every width.
func TestGallery(t *testing.T) {
	p := Open(t, demoCity(t))
	for _, c := range []struct{ name, query string }{
		{"gallery", ""}, {"gallery-dark", "?theme=dark"}, {"gallery-large", "?size=large"}, {"gallery-en", "?lang=en"},
	} {
		p.Go("/gallery" + c.query)
		p.Accessible(c.name)
		p.Shot(c.name)
	}
	p.Go("/gallery")
	p.AccessibleInEveryDress()
	p.Print()
	p.shot("gallery-print")
	p.Screen()
	p.Click(`a[href="#recall"]`)
	p.Wait("#recall")
	p.Accessible("with its dialog open")
	p.shot("gallery-dialog")
}
