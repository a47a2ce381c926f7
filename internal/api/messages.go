package api

import (
	"strconv"
	"strings"
)

// lang is a language of the sentences: Chinese unless English is preferred.
type lang int

const (
	zh lang = iota
	en
)

func (l lang) colon() string {
	if l == en {
		return ": "
	}
	return "："
}

func (l lang) space() string {
	if l == en {
		return " "
	}
	return ""
}

// preferred reads Accept-Language: whichever of zh and en weighs more, Chinese
// when neither is named or they weigh the same.
func preferred(header string) lang {
	best := map[lang]float64{}
	for part := range strings.SplitSeq(header, ",") {
		tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				continue
			}
			q = f
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		switch primary {
		case "zh":
			best[zh] = max(best[zh], q)
		case "en":
			best[en] = max(best[en], q)
		}
	}
	if best[en] > best[zh] {
		return en
	}
	return zh
}

// say makes the sentence of a code. An unknown code is its own sentence, so
// that nothing is ever hidden.
func (l lang) say(code string, params map[string]string) string {
	m, ok := messages[code]
	if !ok {
		if noun, found := strings.CutPrefix(code, "no_such_"); found {
			return l.fill(messages["no_such"][l], map[string]string{"noun": l.word(noun), "id": params["id"]})
		}
		return code
	}
	return l.fill(m[l], params)
}

func (l lang) fill(text string, params map[string]string) string {
	for k, v := range params {
		if strings.Contains(text, "{"+k+"}") {
			text = strings.ReplaceAll(text, "{"+k+"}", l.wording(k, v))
		}
	}
	return text
}

// wording says a parameter's codes in words: "editor|chief" is 编辑或主编.
func (l lang) wording(key, value string) string {
	switch key {
	case "roles", "role", "verb", "state", "from", "check", "noun":
	default:
		return value
	}
	if key == "verb" && value == "draft" { // the one word that is a state and a deed
		return [2]string{"起草", "draft"}[l]
	}
	parts := strings.Split(value, "|")
	for i, p := range parts {
		parts[i] = l.word(p)
	}
	if l == en {
		return strings.Join(parts, " or ")
	}
	return strings.Join(parts, "或")
}

func (l lang) word(code string) string {
	if w, ok := words[code]; ok {
		return w[l]
	}
	return code
}

// messages are the sentences: what happened, who holds it, what to do.
var messages = map[string][2]string{
	"kind_invalid":            {"送来的内容有要改的地方", "Something in the request must change"},
	"kind_not_found":          {"没有找到", "Not found"},
	"kind_denied":             {"这一步没有办成", "Refused"},
	"kind_conflict":           {"有人先办了一步", "Somebody else was first"},
	"kind_unavailable":        {"现在存不进去", "Cannot be saved just now"},
	"too_many_requests_title": {"问得太快了", "Too many requests"},
	"kind_internal":           {"毛病在我们这边，已经记下；已经存好的都在。把编号告诉管理员，能查到是哪一处。", "The fault is ours and has been noted; what was saved is safe. Quote the reference number to your administrator."},
	"unauthorized":            {"先出示令牌", "A token is needed"},

	// the request itself
	"bad_json":           {"这不是能读的 JSON：{what}", "This is not readable JSON: {what}"},
	"not_json":           {"请用 Content-Type: application/json 送来", "Send it as Content-Type: application/json"},
	"not_acceptable":     {"这里只能答 JSON", "Answers are JSON only"},
	"not_a_form":         {"请用 multipart/form-data 送来，文件放在 file 里", "Send it as multipart/form-data with the file in the field file"},
	"unknown_field":      {"没有这个字段，看看是不是写错了名字", "There is no such field; is the name misspelt?"},
	"wrong_type":         {"类型不对，要 {want}", "Wrong type, {want} is wanted"},
	"too_small":          {"太小，至少 {min}", "Too small, at least {min}"},
	"too_big":            {"太大，至多 {max}", "Too large, at most {max}"},
	"body_too_large":     {"整个请求太大，上限 {max} 字节", "The request is too large; the limit is {max} bytes"},
	"body_too_slow":      {"内容迟迟没有送完，请再送一次", "The body did not arrive in time; send it again"},
	"bad_key":            {"Idempotency-Key 要 {min} 到 {max} 个可见的 ASCII 字符", "Idempotency-Key must have {min} to {max} visible ASCII characters"},
	"key_reused":         {"这个 Idempotency-Key 已经用在另一份内容上了，换一个再送", "This Idempotency-Key was used with another body; choose a new one"},
	"method_not_allowed": {"这个地址不收 {method}，可以用 {allowed}", "{method} is not possible here; use {allowed}"},
	"only_ready":         {"unused 只和 state=ready 一起用", "Use unused with state=ready alone"},
	"not_a_cursor":       {"cursor 要用上一页给的 next，原样送回", "Use the next of the page before as cursor, unchanged"},
	"no_such":            {"没有这样的{noun}，或者它不在您能看到的范围里", "There is no such {noun}, or not one you may see"},

	// who asks
	"token_missing":     {"请求里没有令牌：Authorization: Bearer xs_…", "The request carries no token: Authorization: Bearer xs_…"},
	"token_unknown":     {"没有这个令牌", "There is no such token"},
	"token_expired":     {"令牌“{name}”已过期，请本人再开一个", "The token “{name}” has expired; its owner can make a new one"},
	"token_revoked":     {"令牌“{name}”已收回", "The token “{name}” was revoked"},
	"person_inactive":   {"这个账号已停用，请找管理员", "This account is no longer active; ask your administrator"},
	"scope_missing":     {"令牌没有 {scope} 这一项范围", "The token does not have the scope {scope}"},
	"sign_in_first":     {"请先登录", "Sign in first"},
	"session_ended":     {"登录已结束，请再登录一次", "The session has ended; sign in again"},
	"wrong_sign_in":     {"账号或口令不对", "The login or the password is wrong"},
	"too_many_attempts": {"试得太多，{seconds} 秒后再来", "Too many attempts; try again in {seconds} seconds"},

	// fields
	"required":             {"要填", "Required"},
	"choose":               {"请从给出的里面选一个", "Choose one of those given"},
	"too_short":            {"太短：至少 {min} 字，现有 {have} 字", "Too short: at least {min} characters, there are {have}"},
	"too_long":             {"太长：至多 {max} 字，现有 {have} 字，多了 {over} 字", "Too long: at most {max} characters, there are {have}, {over} too many"},
	"too_many":             {"太多：至多 {max} 个", "Too many: at most {max}"},
	"too_large":            {"文件太大，上限 {max}", "The file is too large; the limit is {max}"},
	"one_line":             {"只能一行", "One line only"},
	"broken_utf8":          {"文字编码坏了，请用 UTF-8", "The text is not valid UTF-8"},
	"nobody_called":        {"没有人叫“{value}”，写登录名或全名", "Nobody is called “{value}”; write a login or the full name"},
	"several_called":       {"不止一人叫“{value}”，写登录名：{first} 或 {second}", "Several people are called “{value}”; write a login: {first} or {second}"},
	"no_unit_called":       {"没有单位叫“{value}”，写单位代码、全称或简称", "No unit is called “{value}”; write its code, name or short name"},
	"blocks_backward":      {"块的次序反了：从第 {from} 块到第 {until} 块", "The blocks stand backward: from {from} to {until}"},
	"no_block":             {"这一段还没有封好的块；每 {size} 条封一块", "No block is sealed in that stretch yet; each takes {size} facts"},
	"not_a_date":           {"不是日期，写成 2026-11-22", "Not a date; write 2026-11-22"},
	"not_a_number":         {"“{value}”不是数，写 3、0.5 或 1/3", "“{value}” is not a number; write 3, 0.5 or 1/3"},
	"not_a_period":         {"不是期间，写 2026-11、2026-Q4 或 2026", "Not a period; write 2026-11, 2026-Q4 or 2026"},
	"not_in_future":        {"要在今后", "It must lie in the future"},
	"not_in_past":          {"要在以前", "It must lie in the past"},
	"out_of_range":         {"要在 {min} 到 {max} 之间", "It must lie between {min} and {max}"},
	"not_one_of":           {"不认识“{value}”，是不是“{near}”？可以用：{known}", "“{value}” is unknown; did you mean “{near}”? Use one of: {known}"},
	"not_an_address":       {"不是网址，写成 https://hooks.example.cn/xinshu", "Not an address; write https://hooks.example.cn/xinshu"},
	"not_mail":             {"“{value}”不是邮箱，写成 name@example.gov.cn", "“{value}” is no mail address; write name@example.gov.cn"},
	"not_a_time":           {"“{value}”不是时间，写成 22:00", "“{value}” is no time; write 22:00"},
	"wrong_code":           {"验证码不对", "That is not the code"},
	"https_only":           {"网址要以 https:// 开头", "The address must begin with https://"},
	"not_a_host":           {"不是邮件服务器的名字，写成 imap.example.gov.cn", "Not the name of a mail server; write imap.example.gov.cn"},
	"not_a_port":           {"端口是 1 到 65535 的数，不填用常用的", "A port is a number from 1 to 65535; empty takes the usual one"},
	"plain_inside_only":    {"不加密只能在管理员放行的内部网络里用，请选 TLS 或 STARTTLS", "Without encryption only inside a network that the operator has named; choose tls or starttls"},
	"type_again":           {"换了服务器或用户名，密码要重新输入", "The server or the user is another one: type the password again"},
	"closed_address":       {"这个地址在内部网络，没有开放；要用请管理员在服务器上放行", "This address is inside a network that is not open to messages; the operator of the server can allow it"},
	"unknown_word":         {"不认识“{value}”，可以用：{known}", "“{value}” is unknown; use one of: {known}"},
	"unknown_level":        {"没有“{value}”这个层级", "There is no level “{value}”"},
	"unknown_role":         {"没有“{value}”这个岗位", "There is no role “{value}”"},
	"already_exists":       {"已经有一个了", "There is one already"},
	"code_taken":           {"这个代码已经有人用了", "This code is taken"},
	"login_taken":          {"这个账号已经有人用了", "This login is taken"},
	"taken":                {"“{value}”已经有人用了", "“{value}” is taken"},
	"no_spaces":            {"不能有空格", "It may not have spaces"},
	"ends_before":          {"结束要在开始之后", "It must end after it begins"},
	"before_last_change":   {"要在上一次变动之后", "It must lie after the last change"},
	"outside_needs_office": {"外部单位必须是办公室", "Only an office can be outside"},
	"chain_order":          {"审签顺序是：审核、保密审查、签发", "The order of checks is review, secrecy, sign-off"},
	"chain_needs_signoff":  {"最后一步必须是签发", "The last check must be the sign-off"},
	"marked_secrecy_mark":  {"第 {paragraph} 段有密级标志“{excerpt}”，涉密内容不得录入", "Paragraph {paragraph} carries a secrecy mark, “{excerpt}”; classified text may not be entered"},
	"marked_identity_card": {"第 {paragraph} 段有身份证号“{excerpt}”，请隐去", "Paragraph {paragraph} has an identity number, “{excerpt}”; remove it"},
	"marked_bank_card":     {"第 {paragraph} 段有银行卡号“{excerpt}”，请隐去", "Paragraph {paragraph} has a bank card number, “{excerpt}”; remove it"},
	"not_readable":         {"不是 .docx 或 .txt，读不出文字", "Neither .docx nor .txt: its text cannot be read"},
	"not_a_document":       {"打不开，或不是 Word 文档", "Cannot be opened, or is no Word document"},
	"content_mismatch":     {"文件内容和文件名说的不一样", "The content of the file is not what its name says"},
	"kind_not_allowed":     {"不收这种文件", "Files of this kind are not accepted"},
	"bad_name":             {"文件名不能用", "The file name cannot be used"},
	"name_required":        {"文件要有名字", "The file needs a name"},
	"name_too_long":        {"文件名太长", "The file name is too long"},
	"empty":                {"文件是空的", "The file is empty"},
	"yaml":                 {"办法文件这里读不懂：{message}", "The rulebook cannot be read here: {message}"},
	"never_fires":          {"这一条永远用不上，已被 {because} 盖住", "This rule never fires: {because} takes every case"},
	"expression":           {"第 {at} 字有误：{message}", "Character {at}: {message}"},
	"not_a_length":         {"“{value}”不是字数范围，写 800.. 或 ..799 或 500..1000", "“{value}” is not a range of lengths; write 800.. or ..799 or 500..1000"},
	"unknown_publication":  {"刊物表里没有“{value}”", "There is no publication “{value}” on the list"},
	"unknown_target":       {"“{value}”既不是数，也不是任务表里的名称", "“{value}” is neither a number nor the name of a target"},
	"two_rules":            {"{clause}与{other}会对同一件事重复计分，而办法写明只计一条", "{clause} and {other} would both score the same event, and the rulebook says one"},
	"example":              {"算例“{name}”不对：{who} 应得 {want}，实得 {got}", "The example “{name}” does not come out: {who} should have {want} and has {got}"},

	// register and lines
	"unit_not_ours":        {"这家单位不向本办公室报送", "This unit does not report to the office"},
	"not_a_unit":           {"没有这家单位", "There is no such unit"},
	"line_not_own":         {"这条报送渠道不是本单位的", "This line is not the unit's own"},
	"no_line":              {"单位还没有报送渠道，请管理员划一条", "The unit has no reporting line yet; an administrator can draw one"},
	"line_order":           {"要先经过第一渠道的办公室；急件可以跳过，会记下来", "The office of the first line comes first; an urgent item may skip it, which is recorded"},
	"no_desk":              {"对方不设收件台", "The unit above has no desk"},
	"not_an_office":        {"这家单位不是办公室", "This unit is not an office"},
	"already_held":         {"已经有这个岗位：{role}", "The person holds this post already: {role}"},
	"webhooks_full":        {"一家单位最多 {max} 个推送地址，先停用一个", "A unit has at most {max} webhooks; end one first"},
	"webhook_ended":        {"这个推送已经停用，要用请另建一个", "This webhook has ended; make a new one"},
	"no_mail":              {"这里还没有接邮件服务器", "No mail server is connected here"},
	"too_many_codes":       {"一小时里发过 5 次验证码了", "Five codes were sent within the hour"},
	"code_over":            {"验证码过期了，或者写错太多次，重新发一个", "The code is no longer good, or was wrong too often; send a new one"},
	"code_not_sent":        {"验证码没有发出去：{problem}", "The code could not be sent: {problem}"},
	"no_mailboxes":         {"这里没有开通取信", "Fetching mail is not open here"},
	"no_mailbox":           {"还没有设邮箱", "No mailbox is set"},
	"mailbox_busy":         {"正在看这个邮箱，稍等再看", "The mailbox is being looked into; wait a little"},
	"no_courier":           {"这里没有开通推送", "Webhooks are not open here"},
	"three_administrators": {"系统管理、安全保密、审计三个岗位不能由一个人兼任", "One person may not hold two of the three administrators' posts"},
	"token_makes_no_token": {"令牌不能再开令牌，请本人登录后在页面上开", "A token cannot make tokens; its owner makes one on the page"},
	"operator_only":        {"这一步只能在机器上用命令行办", "Only the operator at the machine can do this"},
	"too_many_rows":        {"一份表最多 {max} 行，分成几份", "A sheet has at most {max} rows; make several of it"},
	"row_refused":          {"这一行办不了：{why}", "This row is refused: {why}"},
	"unknown_act":          {"没有“{value}”这种变更，写 新设、撤销、更名、合并、拆分 或 调整隶属", "There is no change “{value}”; write enter, close, rename, merge, split or move"},
	"same_person":          {"不能交给本人，换一个人", "Not to the same person; choose somebody else"},
	"off_is_today":         {"停用当天生效；先把岗位定到那一天", "Switching off takes effect today; end the posts on that day instead"},
	"inactive":             {"这个人已停用，换一个人", "This person is switched off; choose somebody else"},
	"reader_twice":         {"这家单位已在名单里，删去一处", "This unit is on the list twice; take one out"},
	"unit_not_yet":         {"这家单位还没有成立，在那以前由上级单位报", "The unit has not begun yet; until then its superior files for it"},
	"unit_ended":           {"这家单位已撤并，新的事在接手的单位办", "The unit has ended; begin new things in its successor"},
	"preview_stale":        {"预览以后情况变了，再看一遍新的预览", "The situation changed since the preview; look at it anew and confirm"},
	"role_empty":           {"“{unit}”没有{role}了，先定接手的人", "“{unit}” has no {role} left; name somebody first"},
	"new_role_empty":       {"新单位还没有{role}", "The new unit has no {role} yet"},
	"checks_wait":          {"{count} 件稿在等这一道把关，没有别人能办", "{count} items wait for a check that nobody else can give"},
	"undo_too_late":        {"只能当天撤回；现在请另办一次变更", "It can be undone on its own day only; make another change"},
	"built_on":             {"后来又动过相关的登记，不能撤回；请另办一次变更", "Something was changed on top of it since; make another change instead"},
	"too_many_open":        {"一次最多带走 {max} 件，先分批安排", "One change carries at most {max} along; arrange some of it first"},
	"parent_no_desk":       {"“{unit}”没有信息席，报送线路不跟着走", "“{unit}” has no desk; the lines stay as they are"},
	"line_lost":            {"“{unit}”此后没有报送线路，请另画一条", "“{unit}” will have no reporting line; draw one"},
	"into_needs_desk":      {"“{unit}”没有信息席，接不了稿；先给它设信息席", "“{unit}” has no desk to take the work; give it one first"},
	"class_undecided":      {"“{unit}”在“{office}”还没有本年的组别和任务，请定", "“{unit}” has no class and target at “{office}” this year; decide"},
	"new_class_undecided":  {"新单位在“{office}”的组别和任务待定", "The new unit's class and target at “{office}” are to be decided"},
	"open_items":           {"还有 {count} 件稿没办完，先办结，或改用合并", "{count} items are still open; finish them, or merge the unit"},
	"open_at_desk":         {"信息席上还有 {count} 件，先办结，或改用合并", "{count} filings lie at its desk; finish them, or merge the unit"},
	"open_duties":          {"还有 {count} 件批示没办结，先办结，或改用合并", "{count} instructions are still open; see them through, or merge the unit"},
	"news_nobody":          {"它报出去的 {count} 件还在办，消息没有人看", "{count} filings of its own are still being worked; nobody will read their news"},
	"has_children":         {"下面还有单位，先把它们移走或合并", "Units still stand below it; move or merge them first"},
	"unknown_unit":         {"没有这家单位：{value}", "There is no such unit: {value}"},
	"other_hash":           {"文本与导出时不一致", "The text is not the one that was exported"},
	"file_missing":         {"找不到附件 {name}（{hash}）", "The file {name} ({hash}) is not here"},
	"file_altered":         {"附件 {name} 的内容与 {hash} 不符", "The file {name} is not {hash}"},
	"not_your_post":        {"这不是您的岗位", "This is not your post"},
	"not_at_desk":          {"这个人不在本办公室办稿", "This person does not work at the desk"},
	"cycle":                {"单位不能挂在自己下面", "A unit cannot stand below itself"},
	"parent_below":         {"上级单位的层级要更高", "The parent's level must be higher"},
	"ended":                {"已经结束了", "It has ended"},
	"other_office":         {"这份办法是另一个办公室的", "This rulebook is another office's"},
	"not_outside":          {"对方就在这里收稿，不必补录结果", "That office is not outside; its outcome need not be typed in"},
	"no_rulebook":          {"这里还没有考核办法", "There is no rulebook in force here"},
	"no_words":             {"写两个字以上再找", "Give at least two characters to search for"},
	"other_desk":           {"这一件不在本办公室", "This one lies at another desk"},
	"other_publication":    {"这一期是另一种刊物的", "This issue is another publication's"},
	"partner_twice":        {"同一家会签单位写了两遍，删去一处", "The same partner is there twice; remove one"},
	"partner_is_lead":      {"主办单位不用会签自己的稿，删去它", "The lead does not countersign its own item; remove it"},
	"partner_ended":        {"{name}已经撤销，换一家或删去", "{name} has ended; choose another unit or remove it"},
	"partner_merged":       {"{name}已并入{into}，改用{into}", "{name} was merged into {into}; use that unit"},
	"nobody_checks":        {"{name}没有人能办{check}（{role}），换一家，或请它先设岗位", "{name} has nobody for the {check} ({role}); choose another unit, or have it give somebody the post"},
	"partner_asked":        {"已经送去会签的单位不能直接删，用 take-off-partner 撤下并写明理由", "A partner that has been asked is not dropped silently; use take-off-partner, with a reason"},
	"share_missing":        {"份额要么都写，要么都不写", "Give a share for every partner, or for none"},
	"shares_leave_nothing": {"会签单位的份额加起来要小于 1，给主办单位留一份", "The partners' shares must add up to less than one, to leave the lead its part"},
	"author_elsewhere":     {"不在本单位，也不在会签单位", "Works neither in the unit nor in a partner"},
	"works_anyway":         {"已经是工作日，不用写“班”：{value}", "{value} is worked anyway"},
	"twice":                {"写了两遍", "It is there twice"},

	// verbs
	"needs_post":              {"{verb}要由{roles}来办", "To {verb} takes the post of {roles}"},
	"wrong_state":             {"现在是“{state}”，{verb}要在“{from}”时办", "It is {state} now; to {verb} it must be {from}"},
	"no_such_verb":            {"没有“{verb}”这一步", "There is no step “{verb}”"},
	"stale_revision":          {"您看的是第 {seen} 稿，现在已是第 {newest} 稿；看过新稿再办", "You looked at revision {seen}; the newest is {newest}. Read it and try again"},
	"changed_since":           {"您看的是第 {seen} 版，现在是第 {newest} 版：{when} {who} {what}", "You saw version {seen}, now it is version {newest}: {when} {who} {what}"},
	"match_nothing":           {"If-Match 只用在信息、来稿、刊物的办理上", "If-Match is for the verbs of items, filings and issues"},
	"not_a_tag":               {"If-Match 要用取回时的 ETag，原样送回", "Send back the ETag of the reading as If-Match, unchanged"},
	"not_an_id":               {"这里要填编号，由 26 个小写字母和数字组成；没有编号的操作不填", "An id is wanted here, 26 small letters and digits; none where the operation takes none"},
	"changed_meanwhile":       {"您看的时候，它已经变了；再取一次看看", "It changed while you looked; fetch it again"},
	"partners_missing":        {"会签单位还没有签齐", "Not all partners have countersigned"},
	"no_partner":              {"这一件没有会签单位", "This item has no partner"},
	"check_waits_for":         {"现在等的是{check}，由{role}来办", "The check that waits is {check}, which the {role} passes"},
	"own_item":                {"自己写的要由别人签发", "Somebody else must sign what you wrote"},
	"not_your_instruction":    {"要由批的人自己收回", "Only its giver can take it back"},
	"regret_over":             {"批出超过 10 分钟，不能收回", "It was given more than 10 minutes ago and stands"},
	"own_answer":              {"自己反馈的要由别人认可", "Somebody else must accept your answer"},
	"second_person":           {"要由另一位来核对", "A second person must confirm it"},
	"already_looked":          {"{check}已经有人在看，不能收回", "The check ({check}) has been opened; it can no longer be taken back"},
	"typed_elsewhere":         {"同一个人在别处又存过，没有覆盖", "The same person has typed elsewhere since; that was not overwritten"},
	"file_was_sent":           {"附件已随稿报出，不能拿掉", "The file went out with the text and cannot be removed"},
	"nothing_changed":         {"退回以后还没有改过", "Nothing has changed since it was sent back"},
	"nothing_to_confirm":      {"没有要确认的", "There is nothing to confirm"},
	"already_printed":         {"已经印发，不能再撤；可以请主任更正或收回", "It is printed; the chief editor can correct or recall it"},
	"already_adopted":         {"已经采用了", "It is adopted already"},
	"already_in_publication":  {"已经采用到“{name}”了", "It is in “{name}” already"},
	"letter_decided":          {"这封来信已经有人办了", "Somebody has dealt with this letter already"},
	"no_check_of_yours":       {"没有可收回的：最后一道不是您审的，或后来改过稿", "Nothing to take back: the newest check is not yours, or the text has changed since"},
	"check_stands":            {"过了 10 分钟，不能收回", "It was passed more than 10 minutes ago and stands"},
	"partner_went_on":         {"您签过以后会签单位已经接着办了，不能收回；要改就改稿，改后各家重签", "A partner went on after you signed, so your check stands; edit the text, and all sign again"},
	"filed_jointly":           {"各家签齐后已经报出，不能收回", "It was filed after all had signed, so the check stands"},
	"desk_has_it":             {"{office}已经签收，不能收回；要改，请他们退回", "{office} has received it; ask them to return it"},
	"nothing_to_undo":         {"没有可撤销的：不是您刚办的、过了半小时，或后来又有人办过", "Nothing to undo: not yours, more than half an hour ago, or somebody has acted since"},
	"not_here":                {"它已不在这个收件台", "It is no longer at this desk"},
	"already_forwarded":       {"已经转报过了", "It was forwarded already"},
	"already_yours":           {"已经在您手里", "It is yours already"},
	"adopt_first":             {"先采用，再转报", "Adopt it before forwarding"},
	"change_answered":         {"那一处改动已经有人处理过，什么也没有做；看过现在的改动再办", "That change was answered meanwhile; nothing was done. Look at the changes as they are now"},
	"same_text":               {"那一稿和现在的文字一样，不用退回", "That text reads as the newest does; nothing to go back to"},
	"held_by":                 {"在另一位编辑手里，可以接过来", "Another editor holds it; you can take it over"},
	"not_composite":           {"这不是综合稿", "This is not a composite"},
	"composite_unmerge_first": {"先拆开综合稿", "Take the composite apart first"},
	"in_composite":            {"已并入综合稿，请对方先拆开", "It is part of a composite; the desk must take that apart first"},
	"parts_count":             {"综合稿要 {min} 到 {max} 件", "A composite takes {min} to {max} filings"},
	"not_a_source":            {"段落标的来源不在这几件里", "A paragraph names a source that is none of the parts"},
	"other_parts":             {"份额要对着这几件来源，一件不多一件不少", "Shares are needed for exactly these sources, in their order"},
	"shares_told":             {"已经采用或转报，份额不能再改", "It was adopted or forwarded: its shares stay"},
	"not_scheduled":           {"这一期没有定时间", "No time was set for this issue"},
	"shares_not_whole":        {"各家份额加起来要正好是 1", "The shares must add up to exactly one"},
	"issue_not_open":          {"这一期不在编排中", "The issue is not open"},
	"issue_empty":             {"这一期还没有稿件", "The issue carries nothing yet"},

	// the house
	"not_saved":            {"没有存进去，再送一次", "It was not saved; send it again"},
	"stopped":              {"正在停机，再送一次", "The server is stopping; send it again"},
	"backup_altered":       {"与清单不符，这份备份被改过；换一份", "Not what the manifest says: this backup was altered; use another one"},
	"backup_rows":          {"行数与清单不符，这份备份被改过或没写完；换一份", "Not as many rows as the manifest says: this backup was altered or cut off; use another one"},
	"backup_missing":       {"缺了这一份，备份不全；换一份", "Missing: this backup is not whole; use another one"},
	"busy":                 {"一时太忙，再送一次", "Too busy just now; send it again"},
	"disk_failed":          {"磁盘没有收下写的内容，要请管理员重启；已经存好的都在", "The disk did not take what was written; the administrator must restart the server. What was saved before is safe"},
	"database_unreachable": {"现在连不上数据库，什么都没有改动，过一会儿再送一次", "The database cannot be reached just now; nothing was changed. Send it again in a while"},
	"perhaps_saved":        {"存的时候和数据库断了线，可能已经存上；用同一个 Idempotency-Key 再送一次，不会重复", "The line to the database broke while saving, and it may have been saved; send it again with the same Idempotency-Key and it happens once"},
	"closed":               {"正在停机，再送一次", "The server is stopping; send it again"},
	"too_many_requests":    {"一分钟里的次数用完了，{seconds} 秒后再来", "The requests of this minute are used up; come again in {seconds} seconds"},
	"disk_full":            {"磁盘满了，这一次没有存；已经存好的都在", "The disk is full and this was not saved; what was saved before is safe"},
}

// words are the codes that appear inside sentences.
var words = map[string][2]string{
	"reporter": {"信息员", "reporter"}, "reviewer": {"审核人", "reviewer"}, "signer": {"签发人", "signer"},
	"editor": {"编辑", "editor"}, "chief": {"主任", "chief editor"}, "leader": {"领导", "leader"}, "followup": {"督查员", "follow-up officer"},
	"assessor": {"考核员", "assessor"}, "admin": {"系统管理员", "administrator"}, "security": {"安全保密员", "security administrator"}, "auditor": {"审计员", "auditor"},
	"review": {"审核", "review"}, "secrecy": {"保密审查", "secrecy review"}, "signoff": {"签发", "sign-off"}, "countersign": {"会签", "countersignature"}, "file": {"报出", "filing"},
	"set_partners": {"定会签单位", "set partners"}, "take_off": {"撤下会签单位", "take a partner off"},

	"draft": {"草稿", "draft"}, "submitted": {"在审", "submitted"}, "sent_back": {"退回修改", "sent back"}, "signed": {"已签发", "signed"}, "withdrawn": {"已撤回", "withdrawn"},
	"filed": {"待签收", "filed"}, "received": {"已签收", "received"}, "editing": {"在编", "being edited"}, "ready": {"已定稿", "ready"}, "held": {"留用", "held"},
	"declined": {"不采用", "declined"}, "returned": {"已退稿", "returned"}, "merged": {"已并入综合稿", "merged"}, "outside": {"已送外部", "outside"},
	"tray": {"待排", "in the tray"}, "arranged": {"已排入", "arranged"}, "published": {"已印发", "published"}, "corrected": {"已更正", "corrected"}, "recalled": {"已收回", "recalled"}, "gone": {"已取消采用", "unadopted"},
	"open": {"在排", "open"}, "proposed": {"待审签", "proposed"}, "approved": {"已审签", "approved"}, "sent": {"已发出", "sent"}, "confirmed": {"已确认", "confirmed"},
	"recorded": {"待交办", "recorded"}, "passed_on": {"在办", "passed on"}, "answered": {"已反馈", "answered"}, "accepted": {"已办结", "accepted"}, "entered": {"待核对", "entered"}, "rejected": {"核对不符", "rejected"},

	"revise": {"修改", "revise"}, "attach": {"加附件", "attach"}, "submit": {"送审", "submit"}, "sign_off": {"签发", "sign off"}, "send_back": {"退回修改", "send back"}, "resubmit": {"重新送审", "resubmit"},
	"withdraw": {"撤回", "withdraw"}, "confirm": {"确认", "confirm"}, "file_for": {"代录", "file for a unit"}, "receive": {"签收", "receive"}, "assign": {"分给", "assign"}, "take_over": {"接过来编", "take over"},
	"accept_changes": {"认可改动", "accept changes"}, "reject_changes": {"不改", "reject changes"}, "revert": {"退回旧稿", "go back to a text"}, "comment": {"批注", "comment"}, "mark_ready": {"定稿", "mark ready"}, "hold": {"留用", "hold"}, "decline": {"不采用", "decline"}, "resume": {"重新拿起", "resume"}, "undo": {"撤销", "undo"}, "return": {"退稿", "return"}, "adopt": {"采用", "adopt"}, "merge": {"合并", "merge"},
	"unmerge": {"拆开", "unmerge"}, "forward": {"转报", "forward"}, "send": {"标记已送", "mark as sent"}, "enter_outcome": {"录入结果", "enter an outcome"}, "confirm_outcome": {"核对结果", "confirm an outcome"}, "instruct": {"批示", "instruct"},
	"arrange": {"编排", "arrange"}, "propose": {"送审签", "propose"}, "approve": {"审签", "approve"}, "publish": {"印发", "publish"}, "schedule": {"定时印发", "publish at a time"}, "dispatch": {"分发", "dispatch"}, "unadopt": {"取消采用", "unadopt"}, "place": {"排入", "place"},
	"correct": {"更正", "correct"}, "recall": {"收回", "recall"}, "take_back": {"收回批示", "take back"}, "pass_on": {"交办", "pass on"}, "answer": {"反馈", "answer"}, "accept": {"认可", "accept"}, "return_answer": {"退回重办", "return the answer"},

	"unit": {"单位", "unit"}, "person": {"人", "person"}, "post": {"岗位", "post"}, "line": {"报送渠道", "line"}, "item": {"信息", "item"}, "revision": {"稿次", "revision"}, "filing": {"稿件", "filing"},
	"attachment": {"附件", "attachment"}, "placement": {"采用", "placement"}, "publication": {"刊物", "publication"}, "issue": {"期", "issue"}, "delivery": {"分发件", "delivery"}, "duty": {"批示件", "duty"},
	"outcome": {"结果", "outcome"}, "rulebook": {"考核办法", "rulebook"}, "token": {"令牌", "token"}, "path": {"地址", "path"}, "session": {"登录", "session"},
}
