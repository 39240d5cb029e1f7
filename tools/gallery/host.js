// What is shown comes from strangers: it is set as text, and as img.src, only.
const $ = (id) => document.getElementById(id);
const make = (tag, props, ...children) => {
	const node = Object.assign(document.createElement(tag), props);
	node.append(...children.flat().filter(Boolean));
	return node;
};
const button = (text, onclick, className = "button", props) => make("button", { className, onclick, ...props }, text);
// fill replaces what a node shows, and keeps the focus on what says the same,
// of several such the one in the same place, else near by.
function fill(node, ...content) {
	const stops = () => [...node.querySelectorAll("h2, button")];
	const old = stops(), at = old.indexOf(document.activeElement), same = (n) => n?.textContent === old[at].textContent;
	node.replaceChildren(...content.flat().filter(Boolean));
	if (at >= 0) ([stops()[at], ...stops()].find(same) ?? node.querySelector("h2") ?? $("query")).focus();
}

// JSON-RPC with the host.
const waiting = new Map();
const refused = new Set();
let lastID = 0, abilities;
const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
const ask = (method, params) => new Promise((resolve, reject) => {
	waiting.set(++lastID, ({ error, result }) => error ? reject(Object.assign(new Error(error.message), error)) : resolve(result ?? {}));
	// A person may be asked first.
	if (!/message$|open-link/.test(method)) setTimeout(reject, 60e3, new Error("The host did not answer."));
	post({ id: lastID, method, params });
});
// A host that tells no abilities may have them all.
const can = (ability) => !refused.has(ability) && (!abilities || ability in abilities);
const call = (name, args) => ask("tools/call", { name, arguments: args }).catch((error) => {
	if (error.code === -32601) refused.add("serverTools");
	throw error;
});
const handlers = {
	"tool-input": (p) => (given = p.arguments ?? {}),
	"tool-result": (p) => opened(p),
	"tool-cancelled": () => opened({ isError: true, content: say("The call was cancelled.") }),
	"host-context-changed": (p) => adapt(p),
};
addEventListener("message", ({ source, data }) => {
	if (source !== parent || data?.jsonrpc !== "2.0") return;
	if (!data.method) waiting.get(data.id)?.(data);
	else if (data.id === undefined) handlers[data.method.replace("ui/notifications/", "")]?.(data.params ?? {});
	else if (/^(ping|ui\/resource-teardown)$/.test(data.method)) post({ id: data.id, result: {} });
	else post({ id: data.id, error: { code: -32601, message: "Method not found" } });
});

function adapt(context) {
	const root = document.documentElement;
	tool ??= context.toolInfo?.tool?.name;
	if (context.theme) root.style.colorScheme = context.theme;
	for (const [name, value] of Object.entries(context.styles?.variables ?? {})) if (value) root.style.setProperty(name, value);
}
