package arch

// room is one package of ours, in its row. A package imports only from rows
// below its own, never sideways; row 1 alone has a chain inside, which runs
// backward in time: an issue knows its filings, an item has never heard of an
// issue.
type room struct {
	row  int
	name string // below internal/, or the path from the root for cmd, bench, e2e
	may  set
	why  string // said when it imports anything else of ours
}

const (
	whyWords  = "words of row 0 are used by everybody and so may know nobody"
	whyChain  = "nouns are pure, and the chain runs backward in time: a later stage may import an earlier one, never the other way"
	whyTools  = "tools know no SQL and no rules of the trade, and not each other: what two of them share belongs in a noun"
	whyStore  = "the store keeps nouns; documents are rendered and answered above it, after the commit"
	whyVerbs  = "one verb is one transaction and is called by every edge alike: it knows no HTTP, and flow and auth do not know each other"
	whyEdges  = "an edge reaches data only through flow or auth: it cannot reach SQL, and so cannot forget who may see what; edges do not know each other"
	whyTimers = "worker and ops stand on the verbs and the store, beside the other edges, not on them"
	whyApp    = "app alone builds the graph; only a main starts it"
	whyMain   = "main turns flags into a configuration: servers come from app, the operator's verbs from ops, file verbs from rows 0-2"
	whyApart  = "measuring programs look at the product from outside, as a client does"
)

// rooms is the import table. A package that is not here is reported too: give
// it a row and a reason, or fold it into the room it belongs to.
var rooms = []room{
	{0, "fault", nothing(), whyWords},
	{0, "ident", nothing(), whyWords},
	{0, "fact", these("ident"), whyWords},

	{1, "org", rows(0), whyChain},
	{1, "item", rows(0).and("org"), whyChain},
	{1, "filing", rows(0).and("org", "item"), whyChain},
	{1, "issue", rows(0).and("org", "item", "filing"), whyChain},
	{1, "delivery", rows(0).and("org", "item", "filing", "issue"), whyChain},
	{1, "duty", rows(0).and("org", "item", "filing", "issue", "delivery"), whyChain},
	{1, "score", rows(0).and("org", "item", "filing", "issue", "delivery", "duty"), whyChain},

	{2, "render", rows(0, 1), whyTools},
	{2, "text", rows(0, 1), whyTools},
	{2, "intake", rows(0, 1), whyTools},
	{2, "blob", rows(0, 1), whyTools},
	{2, "courier", rows(0, 1), whyTools},
	{2, "bus", rows(0, 1), whyTools},
	{2, "httpio", rows(0, 1), whyTools},
	{2, "rulebooks", rows(0, 1), "shipped texts that anybody above may open; what they mean is the business of score"},

	{3, "store", rows(0, 1, 2).but("render", "httpio"), whyStore},

	{4, "flow", rows(0, 1, 2, 3).but("httpio"), whyVerbs},
	{4, "auth", rows(0, 1, 2, 3).but("httpio"), whyVerbs},

	{5, "web", rows(0, 1, 2, 4), whyEdges},
	{5, "api", rows(0, 1, 2, 4), whyEdges},
	{5, "exchange", rows(0, 1, 2, 4), whyEdges},
	{5, "demo", rows(0, 1, 2, 4), whyEdges},
	{5, "worker", rows(0, 1, 2, 3, 4), whyTimers},
	{5, "ops", rows(0, 1, 2, 3, 4), whyTimers},

	{6, "app", rows(0, 1, 2, 3, 4, 5), whyApp},

	{7, "cmd/xinshu", rows(0, 1, 2).and("app", "ops"), whyMain},

	{8, "bench/load", nothing(), whyApart},
	{8, "bench/report", nothing(), whyApart},
	{8, "examples/go", nothing(), "shows what a stranger's program does: it knows the API and nothing else"},
	{8, "bench/pages", nothing(), whyApart},
	{8, "bench/grow", rows(0, 1, 4).and("app"), "fills an installation through the verbs, as the operator, so that there is something to measure"},
	{8, "bench/seed", rows(0, 1, 4).and("app"), "fills an installation through the verbs, as the operator, so that there is something to measure"},
	{8, "e2e", nothing(), whyApart}, // its tests may; the package itself is a page of explanation
}

// planned names the rooms of the table that have no content yet. The line goes
// when the folder comes; a test insists on both.
var planned = []string{
	"bus",
	"exchange",
}

// exceptions are edges that break the table, each with the reason why that is
// better than moving a type down or passing a function. Three at most in the
// whole house; with a fourth the wall is in the wrong place.
var exceptions = []exception{}

const maxExceptions = 3

type exception struct{ from, to, why string }

// home is a thing that must stay in few places. A pattern names an import path
// and everything below it.
type home struct {
	pattern string
	in      []string
	why     string
}

var homes = []home{
	{"database/sql", []string{"store"}, whySQL},
	{"github.com/jackc/pgx", []string{"store"}, whySQL},
	{"modernc.org/sqlite", []string{"store"}, whySQL},
	{"github.com/pressly/goose", []string{"store"}, whySQL},

	{"net/http/httptest", nil, whyTestOnly},
	{"net/http", []string{"httpio", "web", "api", "app", "courier", "blob", "auth"},
		"HTTP is spoken at the edges (httpio, web, api, app) and, as a client, by courier, blob and auth; a verb that knows requests has one caller instead of four"},
	{"github.com/danielgtaylor/huma", []string{"api"},
		"the API's library stays replaceable: plain functions behind one package"},
	{"html/template", []string{"web", "render", "api"}, "pages are made in web, documents in render, and api has the one page of its description; another place would escape differently"},
	{"github.com/xuri/excelize", []string{"intake", "render"}, "sheets are read in intake and written in render; nobody else depends on how"},
	{"github.com/nats-io", []string{"bus"}, "a broker is a transport, never a memory: the rest of the house sees parcels"},
	{"github.com/minio", []string{"blob"}, "where bytes lie is the secret of blob"},
	{"github.com/prometheus", []string{"app"}, "what is counted is shown by app alone; the store keeps plain numbers"},
	{"flag", []string{"app", "cmd/xinshu"}, whySettings},
	{"log/slog", []string{"store", "flow", "auth", "web", "api", "exchange", "worker", "ops", "demo", "app", "cmd/xinshu"},
		"words, nouns and tools return errors; who called them knows what to say and to whom"},
	{"log", nil, "one log: log/slog"},

	{"testing", nil, whyTestOnly},
	{"pgregory.net/rapid", nil, whyTestOnly},
	{"github.com/chromedp", nil, whyTestOnly},
	{"xinshu/internal/testing", nil, whyTestOnly},

	{"github.com/pocketbase", nil, "a peer is measured from outside, in a process of its own"},
	{"github.com/longbridgeapp/opencc", nil, "it links GPL code; the character tables are ours"},
	{"github.com/fumiama/go-docx", nil, "AGPL; documents are written by render itself"},
	{"github.com/google/cel-go", nil, "the project moved to cel.dev/cel-go; the old path does not build"},
}

// calls are functions that must stay in few places, wherever they are named,
// called or passed as a value.
var calls = []home{
	{"time.Now", []string{"app"}, whyClock},
	{"time.Since", []string{"app"}, whyClock},
	{"time.Until", []string{"app"}, whyClock},
	{"os.Getenv", []string{"app", "cmd/xinshu"}, whySettings},
	{"os.LookupEnv", []string{"app", "cmd/xinshu"}, whySettings},
	{"os.Environ", []string{"app", "cmd/xinshu"}, whySettings},
}

const (
	whySQL      = "SQL lives in one package, so that two engines stay one text and nothing is read around flow's rules"
	whyClock    = "the clock is handed down by app: everything a verb writes has one time, and tests choose it"
	whySettings = "settings are read once, at the top, into a struct; a package that reads its own cannot be tested or started twice"
	whyTestOnly = "only for tests: a product does not carry its scaffolding"
)

// outside names the places the tables of homes and calls do not govern:
// programs that only ever run while the product is built, tested or measured.
var outside = []string{"testing", "bench", "e2e", "examples"}

// Names that say nothing. A package is a noun that says what it knows; a file
// splits along stages or nouns.
var (
	emptyNames     = []string{"util", "utils", "common", "helper", "helpers", "base", "model", "models", "types", "misc", "lib", "shared"}
	emptyFileNames = []string{"_helpers.go", "_helper.go", "_utils.go", "_util.go"}
)

// Hard limits; the comfortable ones are a matter for reviews.
const (
	maxFunctionLines  = 120
	maxFileLines      = 800
	maxParameters     = 5 // after ctx; then a struct
	maxMethods        = 10
	minPackageComment = 25 // words: what for, guarantees, what it does not do, how to test
)

// large excuses functions and files that are one table or one switch over a
// closed set. Keys are "room Function", "room Type.Method" or "room/file.go".
var large = map[string]string{
	"web Server.routes": "the table of every page: pattern, handler, access, in the order of the flow",
}
