package httpio

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// forwardedHeaders are what proxies say about the reader, and what anybody else
// can say as well.
var forwardedHeaders = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Real-Ip"}

// Forwarded lets a proxy say who the reader is, which host he asked for and
// whether his connection is encrypted: only a proxy whose address is trusted.
// From everybody else those headers are dropped, and no handler ever sees them.
//
// Of a list of addresses the last that is not a trusted proxy counts: what stands
// before it the reader may have written himself. A proxy that sets only one of
// the two families (Forwarded, X-Forwarded-…) passes on whatever the reader wrote
// into the other; where the two disagree, neither is believed.
func Forwarded(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := TraceOf(r.Context())
		t.Peer, t.HTTPS = r.RemoteAddr, r.TLS != nil
		for _, name := range forwardedHeaders {
			t.Proxied = t.Proxied || len(r.Header[name]) > 0
		}
		if !t.Proxied {
			next.ServeHTTP(w, r)
			return
		}
		passed := *r // the header is replaced in a copy: the request is not ours to change
		passed.Header = r.Header.Clone()
		for _, name := range forwardedHeaders {
			delete(passed.Header, name)
		}
		if peer, ok := addressIn(r.RemoteAddr); ok && within(trusted, peer) {
			if said, agreed := hearProxy(trusted, r.Header); agreed {
				said.apply(&passed, t)
			}
		}
		next.ServeHTTP(w, &passed)
	})
}

// reader is what a proxy says of him; what is empty was not said.
type reader struct {
	address netip.Addr
	proto   string
	host    string
}

func (s reader) apply(r *http.Request, t *Trace) {
	if s.address.IsValid() {
		r.RemoteAddr = netip.AddrPortFrom(s.address, 0).String()
	}
	if s.host != "" {
		r.Host = s.host
	}
	if s.proto != "" {
		t.HTTPS = s.proto == "https"
	}
}

// hearProxy reads both families; agreed is false if they contradict each other.
func hearProxy(trusted []netip.Prefix, h http.Header) (said reader, agreed bool) {
	old := readX(trusted, h)
	standard, there := readStandard(trusted, h)
	switch {
	case !there:
		return old, true
	case old == reader{}:
		return standard, true
	}
	return old, old == standard
}

// readX reads X-Forwarded-For, -Proto and -Host.
func readX(trusted []netip.Prefix, h http.Header) (said reader) {
	said.address = nearest(trusted, listed(h["X-Forwarded-For"]))
	if p := listed(h["X-Forwarded-Proto"]); len(p) > 0 {
		said.proto = protoIn(p[len(p)-1])
	}
	if hosts := listed(h["X-Forwarded-Host"]); len(hosts) > 0 {
		said.host = hostIn(hosts[len(hosts)-1])
	}
	return said
}

// readStandard reads the header of RFC 7239.
func readStandard(trusted []netip.Prefix, h http.Header) (said reader, there bool) {
	elements := listed(h["Forwarded"])
	var addresses []string
	for _, e := range elements {
		pairs := map[string]string{}
		for pair := range strings.SplitSeq(e, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			pairs[strings.ToLower(name)] = strings.Trim(value, `"`)
		}
		addresses = append(addresses, pairs["for"])
		said.proto, said.host = protoIn(pairs["proto"]), hostIn(pairs["host"])
	}
	said.address = nearest(trusted, addresses)
	return said, len(elements) > 0
}

// listed are the parts of a header that is a list, over all its lines.
func listed(lines []string) (out []string) {
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// nearest is the last address that is not one of our proxies. Something that is
// no address ends the search: what stands before it was not written by a proxy
// that we know.
func nearest(trusted []netip.Prefix, addresses []string) (found netip.Addr) {
	for i := len(addresses) - 1; i >= 0; i-- {
		a, ok := addressIn(addresses[i])
		if !ok {
			return found
		}
		found = a
		if !within(trusted, a) {
			return found
		}
	}
	return found
}

func within(trusted []netip.Prefix, a netip.Addr) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// addressIn reads 192.0.2.1, 192.0.2.1:443, 2001:db8::1 and [2001:db8::1]:443.
func addressIn(s string) (netip.Addr, bool) {
	s = strings.Trim(s, `"`)
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

func protoIn(s string) string {
	if s = strings.ToLower(s); s == "http" || s == "https" {
		return s
	}
	return ""
}

// hostIn takes a name with a port, and nothing that could mean more in an address.
func hostIn(s string) string {
	if len(s) > 255 || strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(".-:[]_", r)
	}) {
		return ""
	}
	return s
}
