package flow

import (
	"errors"
	"io"

	"xinshu/internal/fault"
	"xinshu/internal/intake"
)

// changeColumns are the headings of a sheet of changes, as offices write them.
var changeColumns = map[string]string{
	"日期": "day", "生效日期": "day", "变更日期": "day", "事项": "act", "变更类型": "act", "类型": "act",
	"代码": "code", "单位代码": "code", "名称": "name", "单位名称": "name", "新名称": "name", "简称": "short", "级别": "level", "层级": "level",
	"上级": "parent", "上级代码": "parent", "并入": "into", "并入单位": "into", "来源": "from", "拆自": "from", "拆分自": "from",
}

// SheetColumns is what a sheet of changes must have, and how its headings are
// called.
func SheetColumns() intake.TableOptions {
	return intake.TableOptions{Required: []string{"act", "code"}, Rename: changeColumns, Limit: 16 << 20}
}

// ReadSheet reads a sheet of changes from text in columns.
func ReadSheet(name string, r io.Reader) (sheet Sheet, err error) {
	defer fault.Wrap(&err, "flow.ReadSheet")
	t, err := intake.OpenTable(name, r, SheetColumns())
	if err != nil {
		return sheet, err
	}
	return ReadSheetRows(name, t)
}

// ReadSheetRows reads one row each, columns by their headings.
func ReadSheetRows(name string, t *intake.Table) (sheet Sheet, err error) {
	defer fault.Wrap(&err, "flow.ReadSheet")
	sheet.File = name
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			return sheet, nil
		}
		if err != nil {
			return sheet, err
		}
		sheet.Rows = append(sheet.Rows, SheetRow{Line: row.Line, Day: row.Get("day"), Act: row.Get("act"), Code: row.Get("code"), Name: row.Get("name"),
			Short: row.Get("short"), Level: row.Get("level"), Parent: row.Get("parent"), Into: row.Get("into"), From: row.Get("from")})
		if len(sheet.Rows) > MaxSheet {
			return sheet, fault.Bad("rows", "too_many_rows", "max", "2000")
		}
	}
}
