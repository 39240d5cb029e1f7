// The icons are in the order of kinds.
const shape = (kind) => $("icons").content.children[Object.keys(kinds).indexOf(kind)].cloneNode(true);
const icon = (kind) => kind && make("span", { role: "img", ariaLabel: kinds[kind] }, shape(kind));

// initials are those of the last two words: catalogs begin all names alike.
// Digits would read as a number of the card.
const initials = (text) => text.split(/[^\p{L}\p{M}\p{N}]+/u).filter((w) => /^\p{L}/u.test(w)).slice(-2).map((w) => [...w][0].toUpperCase()).join("");

function tile(m, address = pictures[m.id], className = "tile") {
	const letters = make("span", { ariaHidden: true }, initials(name(m)) || initials(m.id.replace(/^model_/, ""))), node = make("span", { className }, letters);
	let hue = 0;
	for (const c of m.id) hue = (hue * 31 + c.codePointAt()) % 360;
	node.style.background = `hsl(${hue} 35% 50% / .16)`;
	if (/^https?:/.test(address)) {
		const img = make("img", { alt: "", loading: "lazy", referrerPolicy: "no-referrer" });
		img.onload = () => letters.remove();
		img.onerror = () => img.remove();
		img.src = address;
		node.append(img);
	}
	return node;
}

function card(m) {
	const picture = tile(m), plan = make("span", { className: "plan" }, own(m) ? "Yours" : m.plan ?? "Free");
	if (state(m)) picture.append(make("span", { className: "badge" }, state(m)));
	const compare = button("", () => showComparison(compare), "chip main compare-here", { hidden: true });
	const open = button("", () => showDetails(m, open), "open");
	open.append(picture, make("strong", { title: name(m) }, name(m)), make("span", { className: "sub small mute" }, icon(kindOf(m)), make("span", { className: "tell" })));
	const pick = button("Compare", () => {
		picks.delete(m.id) || picks.set(m.id, m);
		refresh();
	}, "pick", { ariaLabel: "Compare " + name(m) });
	const node = make("li", { className: "card" }, open, make("div", { className: "under" }, plan, pick), compare);
	node.dataset.id = m.id;
	return node;
}

// Tags by how many of the loaded models have them, whatever their case.
function countTags() {
	const counts = new Map();
	for (const m of models) for (const [t, tag] of new Map(plainTags(m).map((t) => [fold(t), t]))) counts.set(t, { tag, n: (counts.get(t)?.n ?? 0) + 1 });
	return counts;
}
// Tags of the service itself say least. Rows have none that repeats the type.
const plainTags = (m) => (m.tags ?? []).filter((t) => !/^sc:/i.test(t));
const telling = (m, counts) => plainTags(m).filter((t) => (counts.get(fold(t)).n < models.length || models.length === 1))
	.sort((a, b) => counts.get(fold(a)).n - counts.get(fold(b)).n).slice(0, 2).join(", ");

// Where the host lets the page ask nothing, the controls sift what is loaded. What
// the assistant asked for holds already.
function passes(m) {
	const hay = fold([m.name, m.id, m.provider, m.description, ...(m.tags ?? [])].filter(Boolean).join(" ")), tags = (m.tags ?? []).map(fold);
	return (wish.query === base.query || fold(wish.query).split(" ").every((w) => hay.includes(w)))
		&& (wish.kinds.join() === base.kinds.join() || !wish.kinds.length || wish.kinds.some((k) => makes(m).includes(k)))
		&& wish.tags.every((t) => base.tags.includes(t) || tags.includes(fold(t)))
		&& (!wish.plan || wish.plan === base.plan || ranks.slice(0, ranks.indexOf(wish.plan) + 1).includes(fold(m.plan ?? "free")))
		&& (wish.scope === "all" || wish.scope === base.scope || !m.scope || m.scope === wish.scope);
}
const most = () => innerWidth < 480 ? 2 : 3;
function refresh() {
	const sifts = !can("serverTools"), sifted = sifts && JSON.stringify(wish) !== JSON.stringify(base), counts = countTags();
	$("sort").hidden = sifts;
	$("main").ariaBusy = null;
	let shown = 0;
	for (const node of $("cards").children) {
		if (!node.dataset.id) continue;
		const id = node.dataset.id, m = byID(id), on = picks.has(id), pick = node.querySelector(".pick"), compare = node.querySelector(".compare-here");
		node.hidden = sifts && !passes(m);
		shown += !node.hidden;
		compare.hidden = !on || picks.size < 2;
		compare.textContent = "Compare " + picks.size;
		node.className = "card" + (state(m) ? " off" : "") + (on ? " picked" : "") + (id === chosen ? " chosen" : "");
		node.querySelector(".tell").textContent = telling(m, counts);
		pick.ariaPressed = on;
		pick.disabled = !on && picks.size >= most();
	}
	const plural = (n) => `${n} model${n === 1 ? "" : "s"}`;
	$("count").textContent = total === undefined ? problem ? "Nothing to show" : "Looking for models" :
		sifted ? `${shown} of the ${models.length} shown here` :
		first > 0 && models.length ? `${first + 1} to ${first + models.length} of ${plural(total)}` :
		models.length && models.length < total ? `${models.length} of ${plural(total)}` : total ? plural(total) : "No models";
	$("more").hidden = !next && next !== 0 || !tool || sifts;
	if ($("more").ariaBusy !== "true") $("more").textContent = models.length ? "Show more" : "Show them";
	$("earlier").hidden = !first || !tool || sifts;
	$("compare").hidden = !picks.size;
	$("compare").ariaDisabled = picks.size < 2 || null;
	$("compare").textContent = picks.size < 2 ? "Pick one more" : "Compare " + picks.size;
	$("note").className = problem ? "note problem" : "note";
	fill($("note"), note, sifted && " This chat lets the gallery look only through the models it was given.",
		problem === "again" && models.length && button("Try again", find, "link"),
		!sifts && /retired match.* hidden|hidden above/.test(note) && button("Show these too", () => {
			change({ plan: $("plan").value = "", rest: { ...wish.rest, include_deprecated: true } });
		}, "link"));
	showFilters(counts);
	showEmpty(sifts, shown);
}

// showEmpty says what to do where there is no card.
function showEmpty(sifts, shown) {
	const broken = problem && !models.length, within = $("empty").contains(document.activeElement);
	if ($("empty").hidden = !broken && (total === undefined || shown)) return within && $("query").focus();
	const says = broken ? "The models could not be read" : total && !sifts ? first ? "The list ends before here" : `${total} models match` :
		wish.query.trim() ? `No model found for “${wish.query.trim()}”` : wish.scope === "private" && !narrowed() ? "You have no models of your own yet" : "No model has all of this";
	const chips = near.flatMap(({ tag, near: terms }) => terms.map((t) => button(t, () => {
		if (tag) return change({ tags: wish.tags.map((w) => fold(w) === fold(tag) ? t : w) });
		change({ query: $("query").value = t });
	}, "chip")));
	fill($("empty"), make("h2", { tabIndex: -1 }, says),
		chips.length && !sifts && make("div", { className: "row" }, make("span", { className: "mute" }, "Did you mean"), chips),
		!sifts && make("div", { className: "row" }, broken && button("Try again", find), button("Show all models", clearAll)));
}

const restNames = { capability: "can", type: "type", provider: "by", processed_by: "run by", enterprise: "cleared", status: "status", created_after: "since", include_deprecated: "retired" };
function showFilters(counts = countTags()) {
	fill($("kinds"), Object.keys(kinds).map((k) => make("button", { className: "chip", ariaPressed: wish.kinds.includes(k), onclick: () => change({ kinds: toggled(wish.kinds, k) }) },
		shape(k), kinds[k])));
	const without = (key) => ({ ...wish.rest, [key]: undefined });
	const on = wish.tags.map(fold);
	const offered = [...counts].filter(([t, { n }]) => !on.includes(t) && n > 1 && n < models.length).sort((a, b) => b[1].n - a[1].n).slice(0, 10);
	const chip = (t, pressed) => button(t, () => change({ tags: toggled(wish.tags, t), rest: without("tag_match") }), pressed ? "chip" : "chip offer", { ariaPressed: pressed });
	const removed = (text, key) => button(text + " ×", () => change({ rest: without(key) }), "chip", { ariaLabel: "Remove filter: " + text });
	fill($("tags"),
		Object.keys(restNames).filter((k) => wish.rest[k] && can("serverTools")).map((k) => removed(restNames[k] + " " + (wish.rest[k] === true ? "too" : list(strings(wish.rest[k]))), k)),
		wish.tags.map((t) => chip(t, true)), offered.map(([, { tag }]) => chip(tag, false)),
		narrowed() && button("Clear all", clearAll, "link small"));
}

$("compare").onclick = ({ target }) => picks.size > 1 && showComparison(target);
const visible = () => $("cards").querySelectorAll("li:not([hidden]) .open");

// Not disabled: that would lose the focus.
async function turn(control, load) {
	if (control.ariaBusy) return;
	const mine = asked, says = control.textContent;
	control.ariaBusy = true;
	control.textContent = "Loading";
	try { await load(() => mine === asked); } catch (error) { if (mine === asked) fail(error.message); }
	control.ariaBusy = null;
	control.textContent = says;
	if (mine === asked) refresh();
}
$("more").onclick = ({ target: more }) => turn(more, async (current) => {
	const seen = visible().length, result = await call(tool, { ...args, ...(args.limit == 0 && { limit }), offset: next });
	if (!current()) return;
	take(result);
	(visible()[seen] ?? (more.hidden ? visible()[0] : more))?.focus();
});
// A page may end before its limit, so what lies between is asked for until it
// meets what is there.
$("earlier").onclick = ({ target: earlier }) => turn(earlier, async (current) => {
	const from = Math.max(0, first - limit), parts = [];
	for (let at = from; at < first;) {
		const result = await call(tool, { ...args, offset: at, limit: first - at });
		if (!current()) return;
		const { next_offset, models: rows } = payload(result);
		parts.unshift(result);
		if (!rows.length || !(next_offset > at)) break;
		at = next_offset;
	}
	for (const part of parts) take(part, true);
	first = from;
	refresh();
	(earlier.hidden ? visible()[0] : earlier)?.focus();
});
