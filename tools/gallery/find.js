// The models. An offset is that of the first one loaded.
const limit = 24, ranks = ["free", "creator", "pro", "team", "enterprise"];
const kinds = { img: "Image", video: "Video", "3d": "3D", audio: "Audio", txt: "Text" };
let given = {}, tool, args = {}, first = 0, next, total, models = [], near = [], note = "", problem = "", pages, chosen, opener, loads = 0;
// By the id of a model, which may be __proto__.
const [pictures, examples, labels, details, notes] = Array.from({ length: 5 }, () => Object.create(null));
const picks = new Map();
const byID = (id) => models.find((m) => m.id === id);
const name = (m) => m.name || m.id;
const words = (...parts) => parts.filter(Boolean).join(" · ");
const fold = (text) => text.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
// Tools take a list in any of several forms.
const strings = (value) => (Array.isArray(value) ? value : String(value ?? "").replace(/^\[|]$|"/g, "").split(",")).map((v) => String(v).trim()).filter(Boolean);
const own = (m) => m.scope === "private";
const state = (m) => m.deprecated_by ? "retired" : m.status;
const makes = (m) => (m.capabilities ?? []).map((c) => /2(img|video|3d|audio|txt)$/.exec(c)?.[1] ?? (/paint$/.test(c) && "img")).filter(Boolean);
const kindOf = (m) => makes(m)[0] ?? (m.capabilities && "img");

// A wish is what the controls say; the first is what the assistant asked for.
let wish = {}, base = {}, asked = 0, timer;
function readWish() {
	const { query, scope, tags, capability, plan, sort, offset, limit, ...rest } = given;
	const isKind = (c) => c.startsWith("*2") && c.slice(2) in kinds, left = strings(capability).filter((c) => !isKind(c));
	wish = {
		query: String(query ?? ""), scope: { list_private_models: "private", list_public_models: "public" }[tool] ?? (scope || "all"),
		plan: String(plan ?? "").toLowerCase(), sort: sort || "relevance",
		kinds: strings(capability).filter(isKind).map((c) => c.slice(2)), tags: strings(tags), rest: { ...rest, ...(left.length && { capability: left }) },
	};
	base = structuredClone(wish);
	for (const id of ["query", "scope", "plan", "sort"]) $(id).value = wish[id];
}
function question() {
	const { query, scope, plan, sort, kinds: of, tags, rest: { capability = [], ...rest } } = wish;
	const all = { ...rest, query: query.trim(), scope, plan, sort, tags, capability: [...capability, ...of.flatMap((k) => k === "img" ? ["*2img", "*paint"] : "*2" + k)], limit };
	return Object.fromEntries(Object.entries(all).filter(([, v]) => v != null && v.length !== 0));
}
// change sets what a control says, and asks when the person pauses. What was
// asked before does not count any more.
function change(part, pause = 0) {
	Object.assign(wish, part);
	clearTimeout(timer);
	asked++;
	timer = setTimeout(find, pause);
	if (!can("serverTools")) return;
	showFilters();
	$("count").textContent = "Looking for models";
	$("main").ariaBusy = true;
}
async function find() {
	const mine = ++asked, wanted = question();
	try {
		if (can("serverTools")) {
			const result = await call("search_models", wanted);
			if (mine !== asked) return;
			payload(result); // a failure keeps the cards
			tool = "search_models";
			args = wanted;
			const within = $("cards").contains(document.activeElement);
			empty();
			take(result);
			if (within) (visible()[0] ?? $("query")).focus();
		}
	} catch (e) {
		if (mine === asked && can("serverTools")) return fail(e.message, true);
	}
	if (mine === asked) refresh();
}
for (const id of ["scope", "plan", "sort"]) $(id).onchange = ({ target }) => change({ [id]: target.value });
$("query").oninput = ({ target }) => change({ query: target.value }, 300);
$("query").onkeydown = (e) => { if (e.key === "Enter" && !e.isComposing) change({}); };
const toggled = (list, value) => list.some((v) => fold(v) === fold(value)) ? list.filter((v) => fold(v) !== fold(value)) : [...list, value];
const clearAll = () => {
	change({ query: $("query").value = "", scope: $("scope").value = "all", plan: $("plan").value = "", kinds: [], tags: [], rest: {} });
};
const narrowed = () => wish.query.trim() || wish.plan || wish.kinds.length || wish.tags.length || Object.keys(restNames).some((k) => wish.rest[k]);

function empty() {
	models = []; total = next = undefined; first = 0; near = []; note = "";
	$("cards").replaceChildren();
}

// opened begins anew with what the host shows.
function opened(result) {
	clearTimeout(timer);
	asked++;
	$("box").close();
	picks.clear();
	empty();
	args = given;
	tool = told(result).tool ?? tool;
	readWish();
	try { take(result); } catch (error) { fail(error.message); }
}

// payload is what a tool answered; some hosts pass on only one of its two forms.
function payload(result) {
	const text = result.content?.find((c) => c.type === "text")?.text ?? "";
	if (result.isError) throw new Error(told(result).note ?? (text || "The call failed."));
	const answer = result.structuredContent ?? JSON.parse(text);
	if (!Array.isArray(answer.models)) throw new Error("The answer has no models.");
	return answer;
}
const told = (result) => result._meta?.["scenario/gallery"] ?? {};
function learnMore(extra) {
	Object.assign(pictures, extra.pictures);
	Object.assign(examples, extra.examples);
	Object.assign(labels, extra.labels);
	pages = extra.pages ?? pages;
}

// take adds a page of models, at the start or at the end of what is there.
function take(result, atStart) {
	const page = payload(result), extra = told(result), offset = page.offset ?? 0;
	learnMore(extra);
	const opens = total === undefined;
	total = page.total;
	if (opens) first = Math.min(offset, total);
	if (!atStart) next = page.next_offset ?? (opens && !page.models.length && offset < total ? offset : undefined);
	const fresh = page.models.filter((m) => m?.id && !byID(m.id));
	for (const m of fresh) m.scope ??= wish.scope === "all" ? undefined : wish.scope;
	models[atStart ? "unshift" : "push"](...fresh);
	$("cards")[atStart ? "prepend" : "append"](...fresh.map(card));
	near = extra.near ?? [];
	note = extra.note ?? page.note ?? "";
	problem = "";
	refresh();
}

function fail(text, again) {
	if (!models.length) empty();
	note = text;
	problem = again ? "again" : "once";
	refresh();
}
