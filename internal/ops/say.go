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
	"required":               "is missing; fill it in",
	"too_long":               "has {have} characters, {over} over the limit of {max}; shorten it",
	"too_short":              "has {have} characters; at least {min} are needed",
	"bad_encoding":           "is neither UTF-8 nor GB18030; save the file as one of them",
	"broken_gzip":            "breaks off, or is not packed as gzip; pack it again",
	"broken_utf8":            "is not valid UTF-8; save the file as UTF-8 or GB18030",
	"unknown_level":          "unknown level {value}; use province, city, county, township, village or department",
	"unknown_parent":         "no unit has the code {value}; put the parent in the file or import it first",
	"unknown_unit":           "no unit has the code {value}; import the units first",
	"unknown_word":           "{value} is not known here; use one of {known}",
	"cycle":                  "a unit cannot stand under itself; correct the parent",
	"no_line":                "unit {unit} has no reporting line; draw one before importing for it",
	"choose":                 "{value} is not on the list; choose one that is",
	"ring":                   "{code} stands under itself by way of {parent}; correct the parent",
	"parent_not_above":       "{code} is a {level} under {parent}, a {parent_level}; correct the level or the parent",
	"code_twice":             "the code {code} is already on line {first}; remove one of them",
	"works_anyway":           "{value} is worked anyway",
	"twice":                  "the same as on line {line}; remove one of them",
	"duplicate":              "the same as on line {line}; remove one of them",
	"folder_not_empty":       "{name} is not empty; name a new or an empty folder",
	"blocks_backward":        "the blocks stand backward: from {from} to {until}",
	"no_block":               "no block is sealed there yet; each takes {size} facts. With --close the rest is sealed now",
	"not_a_date":             "{value} is not a date; write 2026-11-22",
	"cannot_read":            "cannot be read: {why}",
	"other_hash":             "the text is not the one that was exported (its hash is {got}); take the export again, or leave the column hash out if the text was changed on purpose",
	"file_missing":           "the file {name} ({hash}) is not here; name the folder of the export with --attachments DIR, or leave all files out with --no-attachments",
	"file_altered":           "the file {name} is not {hash}; take the export again",
	"column_missing":         "there is no column {column}; the nearest is {near}, the columns are: {found}",
	"column_twice":           "two columns are called {column}; rename one of them",
	"other_heading":          "the sheet goes on with other columns than {want}; give it the same heading or another name",
	"not_one_of":             "{value} is not known here; the nearest is {near}, use one of: {known}",
	"mapped_twice":           "{field} is given twice; name a column for it or a constant, not both",
	"column_for_two":         "the column {column} is meant for two fields; name it once",
	"bad_mapping":            "cannot be read: {why}",
	"no_mapping":             "there is no saved mapping {name}; there are: {known}",
	"bad_name":               "{value} cannot be a name; use letters, digits, - and _",
	"not_a_moment":           "{value} is not a moment; write 2026-11-22T08:30:00+08:00",
	"not_yes_or_no":          "{value} is neither yes nor no; write true, false, 是 or 否",
	"not_readable":           "{name} is neither .docx nor .txt; its text cannot be read",
	"not_a_document":         "cannot be opened, or is no Word document; save it as .docx, without a password",
	"not_a_sheet":            "is not an XLSX workbook that can be read ({why}); save it as .xlsx, without a password",
	"no_such_sheet":          "there is no sheet {name}; the sheets are: {found}",
	"too_large":              "is larger than the limit of {limit}; split it",
	"packed_too_tight":       "unpacks to {ratio} times its size; that is no register. Save it again from a spreadsheet",
	"broken_sheet":           "the sheet breaks off ({why}); save it again",
	"bad_json":               "is no JSON: {why}",
	"empty":                  "is empty",
	"bad_target":             "the ending of {name} says no format; say --format jsonl, csv or xlsx",
	"unknown_format":         "there is no format {value}; use {known}",
	"cannot_write":           "cannot be written: {why}",
	"is_there":               "is there already; name another target, or remove it first",
	"taken":                  "{value} is already taken; choose another",
	"secrecy_mark":           "is marked {excerpt} (paragraph {paragraph}); classified text may not be entered here",
	"identity_card":          "has an identity-card number {excerpt} (paragraph {paragraph}); take it out",
	"bank_card":              "has a bank-card number {excerpt} (paragraph {paragraph}); take it out",
	"folder_in_use":          "another xinshu is using this data folder; stop it first, or name another folder with --data",
	"schema_newer":           "the data was written by a newer xinshu (schema {have}, this program knows {want}); use the newer program, nothing was changed",
	"disk_full":              "the disk is full; make room and try again. Everything that was acknowledged is safe",
	"operator_only":          "only the operator at the machine may do this",
	"no_such_unit":           "no unit has the code or identifier {id}",
	"no_such_person":         "nobody has the login {id}",
	"already_exists":         "it is already there",
	"no_copy_before_upgrade": "nothing was changed: the copy that is made before an upgrade could not be written; make room, or name another folder with --backup-dir",
	"busy":                   "too many writers at once; try again",
	"three_administrators":   "the person is already {have}; the three administrators are three people",
	"already_held":           "the person already holds the post {role} there",
	"weak_password":          "the password is too short; use at least {min} characters",
	"backup_altered":         "is not what the manifest says (SHA-256 {have}, want {want}): this backup was altered; use another one",
	"backup_rows":            "has {have} rows, the manifest says {want}: this backup was altered or cut off; use another one",
	"backup_missing":         "is missing; this backup is not whole, use another one",
	"backup_strange":         "is no part of the backup; take it out",
	"backup_twice":           "stands in the backup twice; use another one",
	"backup_cut":             "here {file} ends in the middle: the backup was cut off; use another one",
	"backup_damaged":         "here {file} cannot be read ({why}): this backup was altered; use another one",
	"backup_no_manifest":     "has no manifest.json: it is no backup, or one that was cut off; use another one",
	"backup_manifest":        "cannot be trusted ({why}): this backup was altered; use another one",
	"backup_format_newer":    "is a backup of format {have}, this program knows up to {want}; restore it with the newer xinshu",
	"backup_schema_newer":    "is a backup of schema {have}, this program knows up to {want}; restore it with xinshu {program} or newer",
	"backup_unknown_table":   "is a table that this schema does not have; restore it with the xinshu that wrote it",
	"backup_columns":         "has the columns {have}, this schema has {want}; restore it with the xinshu that wrote it",
	"backup_rejected":        "was not taken: {why}",
	"backup_of_damaged":      "the installation was damaged before this backup was made: {what}. To have it back as it was, say --damaged",
	"backup_exists":          "is there already; name another file or folder",
	"backup_no_place":        "cannot be written there: {why}; name another place",
	"backup_under_way":       "another backup is being written there; wait for it, or name another place",
	"backup_no_room":         "there was no room for {to}; what was written of it is removed, the installation was not touched. Make room, or name another place",
	"backup_no_files":        "has no files, but {rows} attachments are recorded; name the data folder that holds them with --data",
	"no_installation":        "holds no installation; name the data folder with --data, or the database with --postgres",
	"target_not_empty":       "is not empty (there is {names}); a backup is restored to an empty folder or database, nothing was changed",
	"restore_under_way":      "another restore is under way there; wait for it",
	"said":                   "{text}",
	"yaml":                   "{message}",
	"expression":             "in {value}, at sign {at}: {message}",
	"not_a_number":           "{value} is not a number; write 3, 0.5, 1/3 or 30%",
	"not_a_length":           "{value} is not a length; write 800.., ..799 or 500..1000",
	"not_a_period":           "{value} is not a period; write 2023, 2023-Q1, 2023-04 or 2023-01-01..2023-06-30",
	"out_of_range":           "must lie between {min} and {max}",
	"unknown_publication":    "there is no publication {value} in the rulebook",
	"unknown_target":         "{value} is neither a number nor the name of a target",
	"two_rules":              "clause {clause} and clause {other} ({because}) could fire for the same event, and the rulebook says one_rule",
	"no_rulebook":            "is no file and no shipped rulebook; the nearest is {near}. List them: xinshu score rulebooks",
	"two_rulebooks":          "say it at least twice: there is nothing to compare one with",
	"wrong_cell":             "\"{value}\" {why}",
	"wrong_event":            "event {event}, clause {clause}: {why}",
	"nobody":                 "{value} has no points here; the nearest is {near}",
	"not_a_close":            "{value} does not close a period; write 2023-01=2023-02-05",
	"not_then":               "holds from {from} and not in {period}",
	"bad_notice":             "cannot be read as a notice: {why}",
	"restore_unfinished":     "a restore is under way there or was cut off; wait for it, or restore again",
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
