package text

import (
	"strings"
	"testing"
)

func TestMarkings(t *testing.T) {
	for _, c := range []struct {
		title, body string
		want        string // kind@paragraph, in order
	}{
		// Marks.
		{"机密★5年", "", "secrecy_mark@0"},
		{"关于防汛的报告", "秘密", "secrecy_mark@1"},
		{"关于防汛的报告", "甲。\n\n　　机　密  \n乙。", "secrecy_mark@2"},
		{"报告", "密级：机密", "secrecy_mark@1"},
		{"报告", "本件密级为秘密，请妥善保管。", "secrecy_mark@1"},
		{"〔绝密〕关于边境情况的报告", "", "secrecy_mark@0"},
		{"关于边境情况的报告（秘密）", "", "secrecy_mark@0"},
		{"报告", "000012\n秘密★１年\n特急", "secrecy_mark@2"},
		{"报告", "机密 特急 000123", "secrecy_mark@1"},
		{"报告", "绝密级文件", "secrecy_mark@1"},
		{"报告", "现将有关情况（机密☆三年）报告如下。", "secrecy_mark@1"},
		{"机密 关于某项工作的报告", "", "secrecy_mark@0"},
		// Ordinary words.
		{"加强商业秘密保护", "企业商业秘密保护示范点达12个。", ""},
		{"严防泄露国家秘密", "保守秘密是干部的义务，个人秘密受法律保护。", ""},
		{"保密工作", "机密级、秘密级文件须专人保管，绝密级文件须专柜存放。", ""},
		{"保密工作", "秘密是怎样泄露的", ""},
		{"破获一起案件", "（秘密交易）达30次的团伙被打掉，涉案5人。", ""},
		{"法规", "密级为绝密的，由国家保密行政管理部门审批。", ""},
		{"内部", "特急", ""},
		{"统计", "2026年", ""},
		// Identity cards; the numbers are invented and only the check is right.
		{"报告", "王某，身份证号11010119900307" + "001" + check("11010119900307001") + "。", "identity_card@1"},
		{"报告", "王某110101 19900307 001" + check("11010119900307001"), "identity_card@1"},
		{"报告", "编号１１０１０１１９９００３０７００１" + check("11010119900307001"), "identity_card@1"},
		{"报告", "身份证110101900307001", "identity_card@1"},
		{"报告", "编号110101900307001", ""},
		{"报告", "错号11010119900307001" + wrong("11010119900307001"), ""},
		{"报告", "错日11010119901307001" + check("11010119901307001"), ""},
		// Bank cards.
		{"报告", "转入622202123456789012" + luhnDigit("622202123456789012"), "bank_card@1"},
		{"报告", "转入6222 0212 3456 7890 12" + luhnDigit("622202123456789012"), "bank_card@1"},
		{"报告", "银行卡号412345678901234" + luhnDigit("412345678901234"), "bank_card@1"},
		{"报告", "流水号412345678901234" + luhnDigit("412345678901234"), ""},
		// Long numbers that are none of our business.
		{"报告", "统一社会信用代码91330106MA2CFXXX1L，代码12330000470001234X。", ""},
		{"报告", "电话13800138000、0571-87654321，区划代码330106001001。", ""},
		{"报告", "云政办〔2026〕62号，共1234567890123456789元，占比0.622202123456789012。", ""},
		{"报告", "2026-11-22 2026-11-23 2026-11-24", ""},
	} {
		var got []string
		for _, m := range Markings(c.title, c.body) {
			got = append(got, string(m.Kind)+"@"+string(rune('0'+m.Para)))
			if m.Kind != SecrecyMark && !strings.Contains(m.Excerpt, "*****") {
				t.Errorf("Markings(%q, %q) shows %q in full", c.title, c.body, m.Excerpt)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("Markings(%q, %q) = %v, want %v", c.title, c.body, got, c.want)
		}
	}
}

func TestMarkingFields(t *testing.T) {
	f := MarkingFields(Markings("秘密", "正文。\n密级：机密"))
	if len(f) != 2 || f[0].Path != "title" || f[1].Path != "body" || f[1].Params["paragraph"] != "2" || f[1].Params["excerpt"] != "密级:机密" {
		t.Errorf("MarkingFields = %v, want one for the title and one for paragraph 2", f)
	}
}

// check finds the one check character that makes a number pass.
func check(n string) string {
	for _, c := range strings.Split("0123456789X", "") {
		if identity18(n + c) {
			return c
		}
	}
	return "0" // a number no check can save
}

func wrong(n string) string {
	if check(n) == "1" {
		return "2"
	}
	return "1"
}

func luhnDigit(n string) string {
	for _, c := range strings.Split("0123456789", "") {
		if luhn(n + c) {
			return c
		}
	}
	return ""
}

// The check of GB 11643 against a number worked by hand: the weighted sum of
// 11010519491231002 is 167, 167 mod 11 is 2, and 2 stands for X.
func TestIdentityCheck(t *testing.T) {
	if !identity18("11010519491231002X") || identity18("110105194912310021") {
		t.Error("identity18 does not follow the weights of the standard")
	}
	if !luhn("79927398713") || luhn("79927398710") {
		t.Error("luhn does not follow the method")
	}
}
