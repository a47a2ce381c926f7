package httpio

import (
	"encoding"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
)

const (
	maxForm   = 4 << 20  // a body of 200,000 Chinese characters, escaped, fits
	maxUpload = 64 << 20 // the largest attachment and the fields around it
	inMemory  = 8 << 20  // of an upload; the rest waits on the disk
)

// Form fills the struct dst points to from a form: from the body of a POST
// (urlencoded or multipart), from the query of a GET. Fields are named by the
// tag form:"name"; untagged ones are left alone, embedded structs are filled.
//
// Strings and named strings, integers, booleans, slices of these and types with
// UnmarshalText are known; any other type is a mistake of the programmer and
// panics. A field that was not sent keeps its value. All bad fields are
// reported at once.
func Form(r *http.Request, dst any) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("httpio.Form: %T is no pointer to a struct", dst))
	}
	values, err := formValues(r)
	if err != nil {
		return err
	}
	return fault.Fields(fillStruct(v.Elem(), values, nil))
}

func formValues(r *http.Request) (url.Values, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, fault.Bad("query", "bad_form")
		}
		return values, nil
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch mediaType {
	case "multipart/form-data":
		r.Body = http.MaxBytesReader(nil, r.Body, maxUpload)
		err = r.ParseMultipartForm(inMemory)
	case "application/x-www-form-urlencoded", "":
		r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
		err = r.ParseForm()
	default:
		return nil, fault.Bad("body", "not_a_form", "is", mediaType)
	}
	if err != nil {
		return nil, bodyFault(err, "bad_form")
	}
	return r.PostForm, nil
}

// bodyFault is the refusal of a body that could not be read.
func bodyFault(err error, code string) error {
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		bad := fault.Bad("body", "too_large", "limit", strconv.FormatInt(e.Limit, 10))
		bad.Err = err
		return bad
	}
	bad := fault.Bad("body", code)
	bad.Err = err
	return bad
}

func fillStruct(v reflect.Value, values url.Values, bad []fault.Field) []fault.Field {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("form")
		if name == "" && f.Anonymous && f.Type.Kind() == reflect.Struct {
			bad = fillStruct(v.Field(i), values, bad)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		known(f)
		sent, ok := values[name]
		if !ok || len(sent) == 0 {
			continue
		}
		if code := fill(v.Field(i), sent); code != "" {
			bad = append(bad, fault.Field{Path: name, Code: code, Params: fault.Pairs("got", clip(sent[0]))})
		}
	}
	return bad
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// known panics for a field of a type that Form cannot fill, whether or not it
// was sent.
func known(f reflect.StructField) {
	t := f.Type
	if reflect.PointerTo(t).Implements(textType) {
		return
	}
	if t.Kind() == reflect.Slice {
		t = t.Elem()
		if reflect.PointerTo(t).Implements(textType) {
			return
		}
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if f.IsExported() {
			return
		}
	}
	panic(fmt.Sprintf("httpio.Form: field %s has a type that no form can fill: %s", f.Name, f.Type))
}

// fill sets one field from what was sent; the result is a code, "" if all is well.
func fill(v reflect.Value, sent []string) string {
	if !v.Addr().Type().Implements(textType) && v.Kind() == reflect.Slice {
		list := reflect.MakeSlice(v.Type(), 0, len(sent))
		for _, s := range sent {
			one := reflect.New(v.Type().Elem()).Elem()
			if code := fillOne(one, s); code != "" {
				return code
			}
			list = reflect.Append(list, one)
		}
		v.Set(list)
		return ""
	}
	// The last one: a hidden field may stand before a checkbox of the same name.
	return fillOne(v, sent[len(sent)-1])
}

func fillOne(v reflect.Value, s string) string {
	if !utf8.ValidString(s) {
		return "bad_encoding"
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if strings.TrimSpace(s) == "" {
			return ""
		}
		if u.UnmarshalText([]byte(strings.TrimSpace(s))) != nil {
			return "bad_value"
		}
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "1", "true", "on", "yes":
			v.SetBool(true)
		case "", "0", "false", "off", "no":
			v.SetBool(false)
		default:
			return "not_yes_or_no"
		}
	default:
		if s = strings.TrimSpace(s); s == "" {
			return ""
		}
		n, err := strconv.ParseInt(s, 10, v.Type().Bits())
		if err != nil {
			return "not_a_number"
		}
		v.SetInt(n)
	}
	return ""
}

// clip shortens what was typed for a message about it.
func clip(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40]) + "…"
	}
	return s
}
