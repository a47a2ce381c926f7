package ops

import (
	"errors"
	"sort"
	"strings"

	"xinshu/internal/fault"
)

// sentences are what the command line says; {x} is a parameter. A code that is
// not here is printed with its parameters.
var sentences = map[string]string{
	"required":             "is missing; fill it in",
	"too_long":             "has {have} characters, {over} over the limit of {max}; shorten it",
	"too_short":            "has {have} characters; at least {min} are needed",
	"broken_utf8":          "is not valid UTF-8; save the file as UTF-8 or GB18030",
	"unknown_level":        "unknown level {value}; use province, city, county, township, village or department",
	"unknown_parent":       "no unit has the code {value}; put the parent in the file or import it first",
	"unknown_unit":         "no unit has the code {value}; import the units first",
	"unknown_word":         "{value} is not known here; use one of {known}",
	"cycle":                "a unit cannot stand under itself; correct the parent",
	"no_line":              "unit {unit} has no reporting line; draw one before importing for it",
	"choose":               "{value} is not on the list; choose one that is",
	"ring":                 "{code} stands under itself by way of {parent}; correct the parent",
	"parent_not_above":     "{code} is a {level} under {parent}, a {parent_level}; correct the level or the parent",
	"code_twice":           "the code {code} is already on line {first}; remove one of them",
	"twice":                "the same as on line {line}; remove one of them",
	"duplicate":            "the same as on line {line}; remove one of them",
	"not_a_date":           "{value} is not a date; write 2026-11-22",
	"cannot_read":          "cannot be read: {why}",
	"taken":                "{value} is already taken; choose another",
	"secrecy_mark":         "is marked {excerpt} (paragraph {paragraph}); classified text may not be entered here",
	"identity_card":        "has an identity-card number {excerpt} (paragraph {paragraph}); take it out",
	"bank_card":            "has a bank-card number {excerpt} (paragraph {paragraph}); take it out",
	"folder_in_use":        "another xinshu is using this data folder; stop it first, or name another folder with --data",
	"schema_newer":         "the data was written by a newer xinshu (schema {have}, this program knows {want}); use the newer program, nothing was changed",
	"disk_full":            "the disk is full; make room and try again. Everything that was acknowledged is safe",
	"operator_only":        "only the operator at the machine may do this",
	"no_such_unit":         "no unit has the code or identifier {id}",
	"no_such_person":       "nobody has the login {id}",
	"already_exists":       "it is already there",
	"busy":                 "too many writers at once; try again",
	"three_administrators": "the person is already {have}; the three administrators are three people",
	"already_held":         "the person already holds the post {role} there",
	"weak_password":        "the password is too short; use at least {min} characters",
}

// Say turns an error into lines for a person at a terminal: the place, then what
// is wrong and what to do.
func Say(err error) []string {
	if fields, ok := fault.BadFields(err); ok {
		var out []string
		for _, f := range fields {
			path := f.Path
			if field := f.Params["field"]; field != "" { // a line of a file, and where in it
				path += ": " + field
			}
			out = append(out, path+": "+sentence(f.Code, f.Params))
		}
		return out
	}
	if why, ok := fault.Refused(err); ok {
		return reasons(why)
	}
	if fe, ok := errors.AsType[*fault.Error](err); ok && len(fe.Reasons) > 0 {
		out := reasons(fe.Reasons)
		if fe.Err != nil {
			out = append(out, fe.Err.Error())
		}
		return out
	}
	return []string{err.Error()}
}

func reasons(why []fault.Reason) []string {
	var out []string
	for _, r := range why {
		out = append(out, sentence(r.Code, r.Params))
	}
	return out
}

func sentence(code string, params map[string]string) string {
	s, ok := sentences[code]
	if !ok {
		keys := make([]string, 0, len(params))
		for k := range params {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		s = code
		for _, k := range keys {
			s += " " + k + "=" + params[k]
		}
		return s
	}
	for k, v := range params {
		s = strings.ReplaceAll(s, "{"+k+"}", v)
	}
	return s
}
