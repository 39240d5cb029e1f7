// The dialog. A host may make this page as tall as its content, so the middle
// of the page may be out of sight: it opens where the person is looking.
let trail = []; // models that links led away from
function show(from, title, ...content) {
	const box = $("box"), body = document.body, back = trail.at(-1);
	fill(box, make("div", { className: "bar" },
		back && button("‹ Back", () => { trail.pop(); showDetails(back, from, true); }, "button small"),
		make("h2", { id: "box-name", tabIndex: -1 }, title), button("×", () => box.close(), "close", { ariaLabel: "Close" })), ...content);
	if (!box.open) {
		opener = from;
		box.showModal();
		box.querySelector("h2").focus();
	}
	const scrolls = body.offsetHeight > innerHeight + 1, height = Math.min(box.scrollHeight, 898) + 2;
	if (!scrolls || body.style.minHeight) body.style.minHeight = height + 16 + "px";
	const room = scrolls ? innerHeight : Math.max(innerHeight, height + 16);
	box.style.top = scrollY + Math.max(8, Math.min(from.getBoundingClientRect().top - 40, room - height - 8)) + "px";
}
$("box").addEventListener("close", () => {
	trail = [];
	document.body.style.minHeight = "";
	(opener?.isConnected ? opener : visible()[0])?.focus();
});

const useButton = (m, text = m.id === chosen ? "Chosen ✓" : "Use this model") => !state(m) && button(text, () => use(m), "button main", { ariaLabel: `${text}: ${name(m)}` });
const progress = (text) => make("p", { className: "mute", role: "status", hidden: !text }, text);
const line = (text, className = "mute small") => text && make("p", { className }, text);

// learn gets what get_models tells of models, of each alone: of several it
// cuts what is long.
const learn = (ids) => Promise.all(ids.filter((id) => !details[id]).map(async (id) => {
	const result = await call("get_models", { ids: [id] }), answer = payload(result), extra = told(result);
	learnMore(extra);
	notes[id] = extra.note ?? answer.note;
	details[id] = answer.models?.[0];
	if (!details[id]) throw new Error(answer.errors?.[0]?.error ?? notes[id]);
}));

async function load(ids, draw) {
	const mine = ++loads;
	if (!can("serverTools")) return draw("");
	draw(ids.every((id) => details[id]) ? "" : "Loading parameters");
	let trouble = "";
	try { await learn(ids); } catch (error) { trouble = error.message; }
	if ($("box").open && mine === loads) draw(trouble);
}

// The words of people for those of the service.
const list = (values) => (values ?? []).map((v) => v?.name || v?.id || v).join(", ");
const sentence = (text) => text && text[0].toUpperCase() + text.slice(1);
const plain = (text) => text && sentence(text.replace(/[_-]+/g, " ").replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase());
const things = { txt: "text", img: "image", "3d": "3D", video: "video", audio: "audio" };
const does = (m) => (m.capabilities ?? []).map((c) => {
	const [, a, b] = /^(\w+)2(\w+)$/.exec(c) ?? [];
	return things[a] && things[b] ? `${things[a]} to ${things[b]}` : c.replace(/_/g, " ");
}).join(", ");
const planOf = (m) => own(m) ? "Yours" : `${m.plan ?? "Free"} plan`;
const label = (m, i) => labels[m.id]?.[i.name] || plain(i.name);
const types = { string: "text", number: "a number", boolean: "on or off", file: "a file", model: "a model", file_array: "files", model_array: "models" };
function values(i) {
	const show = (v) => v === true ? "on" : v === false ? "off" : typeof v === "object" ? JSON.stringify(v) : String(v);
	const range = i.range?.replace("..", " to ").replace("≥", "at least").replace("≤", "up to").replace(/ ?\bstep (\S+)/, (_, n, at) => (at ? ", " : "") + "in steps of " + n);
	const size = i.max_items ? `up to ${i.max_items}` : i.max_length ? `up to ${i.max_length} letters` : i.max_size !== undefined ? `largest ${i.max_size}` : "";
	return sentence(words(range || (i.values?.length ? list(i.values) : types[i.type] ?? i.type?.replace(/_/g, " ")), size,
		i.default !== undefined && i.default !== "" && `default ${show(i.default)}`,
		i.required && (i.required === true ? "needed" : `needed ${i.required}`), i.costs && "changes the price"));
}
// soft lets a line end after the marks of addresses and ids.
const soft = (text) => String(text).split(/(?<=[\/._-])(?=.)/).flatMap((part, i) => i ? [make("wbr"), part] : [part]);

function parameters(m) {
	return make("table", { className: "inputs" },
		make("caption", {}, "Parameters"),
		make("tbody", {}, ...m.inputs.map((i) => make("tr", {},
			make("th", { scope: "row" }, label(m, i), " ", make("code", { className: "mute" }, soft(i.name))),
			make("td", {}, values(i), line(i.about))))));
}

// gallery is a model's picture, large, above those of examples.
function gallery(m) {
	const all = [...new Set([pictures[m.id], ...(examples[m.id] ?? [])].filter(Boolean))].slice(0, 6), node = make("div", {}), strip = make("div", { className: "strip" });
	const put = (address) => {
		const big = tile(m, address, "tile big");
		node.firstElementChild ? node.firstElementChild.replaceWith(big) : node.append(big);
		for (const b of strip.children) b.ariaPressed = b.at === address;
	};
	put(all[0]);
	if (all.length < 2) return node;
	strip.append(...all.map((at, i) => button(tile(m, at), () => put(at), "", { at, ariaLabel: `Picture ${i + 1} of ${all.length}` })));
	put(all[0]);
	node.append(strip);
	return node;
}

// links lead to other models, by id or as {id, name}.
const links = (m, refs, from) => refs.map((r) => {
	const id = r.id ?? r, known = byID(id) ?? details[id] ?? { id, name: r.name };
	return /^…/.test(id) ? id : button(soft(name(known)), () => { trail.push(m); showDetails(known, from, true); }, "link");
});
function fate(m, from) {
	if (m.status === "failed") return ["Its training failed, so it cannot be used."];
	if (!m.deprecated_by) return [m.status === "training" ? "Still training, so it cannot be used yet." : `Not ready: its status is ${m.status}.`];
	const [, successor] = /^(?!unknown$)(\S+)( \(not listed\))?$/.exec(m.deprecated_by) ?? [];
	return successor ? ["Retired. Use ", ...links(m, [successor], from), " instead."] : ["Retired, without a model that replaces it."];
}

async function copy(id, node, target) {
	let done = true;
	try { await navigator.clipboard.writeText(id); } catch {
		getSelection().selectAllChildren(node);
		done = document.execCommand("copy");
	}
	target.textContent = done ? "Copied ✓" : "Selected: press Ctrl+C";
}

async function visit(m, target) {
	const url = pages + encodeURIComponent(m.id);
	try {
		if ((await ask("ui/open-link", { url })).isError) throw new Error();
	} catch { target.replaceWith(make("span", { className: "small" }, "It is at " + url)); }
}

const facts = (m, from) => ({
	Makes: sentence(does(m)), "Runs on": m.runs_on && links(m, m.runs_on, from), "Made of": m.parts && links(m, m.parts, from),
	Licence: m.licence && soft(m.licence), "Your data": plain(m.retention), "Processed by": m.processed_by,
	"Maintained by": m.maintained_by, "For enterprises": plain(m.enterprise), Type: m.type && soft(m.type),
	Tags: list(plainTags(m)), Updated: m.updated ?? m.created,
});

function showDetails(row, from, linked) {
	if (!linked) trail = [];
	load([row.id], (state_) => {
		const m = { ...row, ...details[row.id] }, id = make("code", {}, soft(m.id)), parts = { ...facts(m, from), Id: id };
		show(from, name(m),
			make("div", { className: "two" }, gallery(m), make("div", {},
				make("p", { className: "row mute small" }, icon(kindOf(m)), words(planOf(m), m.provider)),
				state(m) && make("p", { className: "note" }, ...fate(m, from)),
				line(m.description, ""),
				make("div", { className: "row" }, useButton(m), button("Copy id", ({ target }) => copy(m.id, id, target)),
					pages && can("openLinks") && button("Open in Scenario", ({ target }) => visit(m, target))),
				make("dl", {}, ...Object.keys(parts).filter((k) => parts[k]).flatMap((k) => [make("dt", {}, k), make("dd", {}, parts[k])])))),
			progress(state_),
			m.inputs ? parameters(m) : details[m.id] ? line(m.runs_on ? "It takes the parameters of the model it runs on." : notes[m.id] || "No parameters are known.") : "");
	});
}

function showComparison(from) {
	const ids = [...picks.keys()];
	trail = [];
	load(ids, (state_) => {
		const columns = ids.map((id) => ({ ...picks.get(id), ...byID(id), ...details[id] }));
		const cells = columns.map((m) => ({
			Plan: planOf(m), Status: sentence(state(m)), By: m.provider, ...facts(m, from), About: m.description,
			...Object.fromEntries((m.inputs ?? []).map((i) => ["input " + i.name, values(i)])),
		}));
		const rows = [...new Set(cells.flatMap(Object.keys))].filter((k) => cells.some((c) => c[k])).map((k) => {
			const row = cells.map((c) => make("td", {}, c[k] || "–")), [, input] = /^input (.*)/.exec(k) ?? [], m = columns.find((m) => m.inputs?.some((i) => i.name === input));
			return make("tbody", {},
				make("tr", {}, make("th", { scope: "rowgroup", colSpan: ids.length }, input ? [label(m, { name: input }), " ", make("code", {}, soft(input))] : k)),
				make("tr", { className: new Set(row.map((td) => td.textContent)).size === 1 ? "same" : "" }, ...row));
		});
		show(from, `Compare ${ids.length} models`, progress(state_),
			make("table", { className: "compare" },
				make("thead", {}, make("tr", {}, ...columns.map((m) => make("th", { scope: "col" }, tile(m), make("strong", {}, soft(name(m))), useButton(m))))),
				...rows));
	});
}

const say = (text) => [{ type: "text", text }];

// use tells the model and the chat. The person's words name the id alone: the
// rest of a model's text is others' and must not speak for them.
async function use(m) {
	const before = chosen;
	chosen = m.id;
	$("said").textContent = `Telling the chat of ${name(m)}`;
	$("box").close();
	refresh();
	const tried = await Promise.allSettled([
		ask("ui/update-model-context", {
			content: say(`The user chose the Scenario model with the id ${JSON.stringify(m.id)} in the gallery.`),
			structuredContent: { chosen_model: { id: m.id, name: m.name, type: m.type, runs_on: m.runs_on?.map((r) => r.id ?? r) } },
		}),
		ask("ui/message", { role: "user", content: say(`Use the Scenario model ${JSON.stringify(m.id)}.`) })
			.then((r) => { if (r.isError) throw new Error("refused"); }),
	]);
	if (chosen !== m.id) return;
	const done = tried.some((t) => t.status === "fulfilled");
	$("said").textContent = done ? `Chosen: ${name(m)}` : `This chat could not be told. The id to ask for is ${m.id}`;
	if (!done) chosen = before;
	refresh();
}
