// Checks what agents show their model of this server. Each host's own program
// talks to the demo server, and to a model API of ours that follows a script.
//
//   node check.mjs [-update] [claude|codex|gemini]...
//
// SCENARIO_MCP names the server's program. A report goes to stdout; the exit
// code is 1 when a host did not run or gave its model less than it should, or
// when docs/agents.md has other figures than these. -update writes them there.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { writeFigures } from "./figures.mjs";
import { hosts } from "./hosts.mjs";
import { startModel } from "./model.mjs";

const program = process.env.SCENARIO_MCP;
assert.ok(program, "SCENARIO_MCP is not set: run this by .ci/agents/run");
const prompt = "Which models draw pixel art?";
const timeLimit = 120_000; // for one host, which takes 2 to 20 s on a quiet machine

/** The calls the model makes. */
function* script() {
  yield { tool: "search_models", args: { query: "pixel art", limit: 3 } };

  const ids = [];
  let page, offset;
  do {
    page = yield { tool: "list_public_models", args: { limit: 100, offset } };
    ids.push(...page.models.map((model) => model.id));
    offset = page.next_offset;
  } while (offset !== undefined);
  assert.equal(ids.length, page.total, "rows of all pages");
  assert.equal(new Set(ids).size, ids.length, "rows are distinct");

  yield { tool: "get_models", args: { ids: ids.slice(0, 10) } };
  yield { tool: "list_model_tags", args: { limit: 200 } };
  yield { tool: "show_models", args: { ids: ids.slice(0, 12) } };
  yield { tool: "list_private_models", args: {} };
}

async function check(host, server) {
  const home = mkdtempSync(join(tmpdir(), "agents-"));
  mkdirSync(join(home, "project"));
  const steps = script();
  const made = []; // calls of the script: {tool, args, id, result}
  let first, last, tools, revealed, over = false;

  const model = await startModel(host.dialect, (given) => {
    first ??= given;
    last = given;
    if (host.reveal && !revealed) {
      revealed = { id: "reveal", ...host.reveal(Object.keys(server.tools)) };
      return revealed;
    }
    if (!tools) {
      tools = given.tools;
      if (host.reveal) revealed.answer = given.results.get("reveal").text;
    }
    const before = made.at(-1);
    if (before) {
      before.result = given.results.get(before.id);
      assert.ok(before.result, `no result of ${before.tool} in the request after it`);
    }
    // The script sees only what the host gave its model.
    const { value, done } = steps.next(before && before.tool !== "show_models" && JSON.parse(unwrap(host, before.result)));
    over = done;
    if (done) return { text: "Sample Pixel Meadow does." };
    const args = JSON.parse(JSON.stringify(value.args));
    made.push({ tool: value.tool, args, id: `call_${made.length + 1}` });
    return { id: made.at(-1).id, ...(host.ask?.(value.tool, args) ?? { ...host.called(value.tool), args }) };
  });

  try {
    const started = performance.now();
    const trouble = await runHost(host, home, model.url);
    if (model.failure()) throw model.failure();
    assert.ok(!trouble, trouble);
    assert.ok(over, `the host left after ${made.length} calls and ${model.requests.length} requests of its model`);
    console.log(`  ran    ${((performance.now() - started) / 1000).toFixed(1)} s, ${model.requests.length} requests of ${[...model.models].join(", ")}`);
    return await judge(host, server, { first, last, tools, revealed, made, model, home });
  } finally {
    model.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Compares what the model was given with what the server says. Prints both, and returns the number of failures and the figures. */
async function judge(host, server, { first, last, tools, revealed, made, model, home }) {
  let failures = 0;
  const calls = [];
  const say = (ok, line) => {
    if (!ok) failures++;
    console.log(`  ${ok ? "ok    " : "FAILED"} ${line}`);
  };

  const changes = new Map();
  const names = Object.keys(server.tools);
  let words = revealed?.answer ?? "", bytes = 0, complete = 0;
  for (const tool of names) {
    const { description, inputSchema } = server.tools[tool];
    const { name, namespace } = host.called(tool);
    if (host.offer) {
      const offered = host.offer(revealed.answer, name) ?? "";
      words += offered;
      bytes += Buffer.byteLength(offered);
      const missing = Object.keys(inputSchema.properties).filter((property) => !RegExp(`\\b${property}\\??: `).test(offered));
      if (offered.includes(description) && missing.length === 0) complete++;
      else say(false, `${tool}: ${missing.join(", ") || "description"} missing in ${offered}`);
      continue;
    }
    const given = tools.find((candidate) => candidate.name === name && candidate.namespace === namespace);
    bytes += Buffer.byteLength(JSON.stringify(given ?? ""));
    if (given?.description === description) complete++;
    else say(false, `${tool}: offered as ${JSON.stringify(given)}`);
    for (const change of difference(inputSchema, given?.schema ?? {})) changes.set(change, (changes.get(change) ?? 0) + 1);
  }
  const { name, namespace } = host.called("search_models");
  say(complete === names.length, `${complete} of ${names.length} tools with their description, as ${[namespace, name].filter(Boolean).join(" ")}`);
  const early = names.filter((tool) => first.tools.some((given) => given.name === host.called(tool).name));
  const when = early.length === names.length ? "in the first request" : `after a call of ${revealed?.name ?? "tool_search"}`;
  say(early.length === (revealed ? 0 : names.length), `definitions ${when}, ${bytes} bytes`);
  const listed = [...changes].map(([change, count]) => `${change} (${count}×)`).sort().join(", ");
  const known = [...changes.keys()].every((change) => host.changes.includes(change));
  say(known, `schemas ${host.offer ? "told as TypeScript types" : listed || "unchanged"}`);
  const told = first.text.includes(server.instructions);
  const toldLater = (last.text + words).includes(server.instructions);
  say(toldLater, `instructions ${told ? "in the first request" : toldLater ? "with the definitions" : "missing"}, ${server.instructions.length} characters`);

  for (const { tool, args, id, result } of made) {
    const { content } = await server.ask("tools/call", { name: tool, arguments: args });
    const want = content.find((part) => part.type === "text").text;
    const got = unwrap(host, result);
    const facts = [`${Buffer.byteLength(want)} bytes`];
    if (tool !== "show_models") {
      const { models, total, next_offset } = JSON.parse(want);
      if (models) facts.push(`${models.length} rows${total === undefined ? "" : ` of ${total}`}`);
      if (next_offset !== undefined) facts.push(`next_offset ${next_offset}`);
    }
    const same = timeless(got) === timeless(want);
    const reordered = !same && tool !== "show_models" && isDeepStrictEqual(JSON.parse(timeless(got)), JSON.parse(timeless(want)));
    if (reordered) facts.push("keys in another order");
    // Times and paths of this run tell nothing.
    const given = Buffer.byteLength(result.text.replaceAll(home, "~").replace(/(Wall time:? )[\d.]+/, "$10.0"));
    facts.push(`${given} as given`);
    calls.push({ name: `${tool} ${JSON.stringify(args).replace(/\["model_.*\]/, (ids) => `[${JSON.parse(ids).length} ids]`)}`, sent: facts.slice(0, -1).join(", "), given });
    say(same || reordered, `${tool} ${brief(args)}: ${facts.join(", ")}`);
    if (!same && !reordered) console.log(`given: ${got}\nsent:  ${want}`);
    if (tool === "show_models") {
      const sent = content.find((part) => part.type === "image");
      const whole = result.images.length === 1 && result.images[0].data === sent.data;
      const given = result.images.map(({ type, data }) => `${type}, ${Buffer.byteLength(data, "base64")} bytes`);
      say(whole, `the picture: ${given.join("; ") || "none"}${whole ? ", as sent" : `; sent ${Buffer.byteLength(sent.data, "base64")} bytes`}`);
    }
    const later = last.results.get(id);
    const kept = later?.text === result.text && later.images.length === result.images.length;
    if (!kept) say(false, `${tool}: no longer whole in the last request`);
  }
  say(model.strange.length === 0, `requests the model API does not know: ${model.strange.join(", ") || "none"}`);
  console.log(`         wanted elsewhere, refused: ${[...model.refused].join(", ") || "nothing"}`);
  const picture = last.results.get(made.find(({ tool }) => tool === "show_models").id).images[0].data;
  return {
    failures,
    figures: {
      title: host.title, version: versionOf(host), models: [...model.models], when, bytes, calls,
      names: [namespace, name].filter(Boolean),
      schemas: host.offer ? "TypeScript types" : listed || "unchanged",
      instructions: told ? "in the first request" : "with the definitions",
      characters: server.instructions.length,
      picture: Buffer.byteLength(picture, "base64"),
    },
  };
}

const versionOf = (host) => JSON.parse(readFileSync(new URL(`node_modules/${host.package}/package.json`, import.meta.url))).version;

/** Returns a tool's answer without the text that the host puts around it. */
function unwrap(host, { text }) {
  const match = host.wraps.exec(text);
  assert.ok(match, `not what ${host.title} makes of an answer: ${text}`);
  return (host.inner ?? String)(match[1]);
}

/** Yields each keyword of a schema that is missing, added or changed. */
function* difference(want, got) {
  if (typeof want !== "object" || typeof got !== "object" || want === null || got === null) return;
  for (const key of new Set([...Object.keys(want), ...Object.keys(got)])) {
    if (!(key in got)) yield `without ${key}`;
    else if (!(key in want)) yield `with ${key}`;
    else if (typeof want[key] === "object") yield* difference(want[key], got[key]);
    else if (want[key] !== got[key]) yield `${key} changed`;
  }
}

const timeless = (text) => text.replace(/"as_of":"[^"]*"/, '"as_of":""');

function brief(args) {
  const text = JSON.stringify(args);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** Runs a host to its end. Returns undefined, or why it failed and what it printed. */
async function runHost(host, home, url) {
  const site = host.http && (await startSite());
  const { setup, args, env } = host.start(home, url, program, prompt, site);
  const commands = (setup?.commands ?? []).map((before) => [before, setup.folder]);
  for (const [command, cwd] of [...commands, [args, join(home, "project")]]) {
    const { code, signal, output } = await run(process.execPath, command, {
      cwd,
      env: {
        PATH: process.env.PATH, HOME: home, TERM: "xterm-256color",
        HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url,
        NO_PROXY: "127.0.0.1,localhost", no_proxy: "127.0.0.1,localhost",
        ...env,
      },
    });
    if (code !== 0) return `${host.title} did not run well: ${signal ?? `exit code ${code}`}\n${output}`;
  }
  await site?.close?.();
}

/** Starts the server over HTTP. Its close asserts that every request had the credentials. */
async function startSite() {
  const child = spawn(program, ["-demo", "http", "-listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"], env: {} });
  sites.push(child);
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const ended = once(child, "close");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    address: line.match(/http:\S+\/mcp/)[0],
    basic: btoa("key:secret"),
    async close() {
      child.kill();
      await ended;
      const tenants = new Set([...log.matchAll(/method=\w\S* .*tenant=(\w+)/g)].map(([, tenant]) => tenant));
      assert.deepEqual([...tenants], [createHash("sha256").update("key:secret").digest("hex").slice(0, 6)], log);
    },
  };
}

const sites = [];
process.on("exit", () => sites.forEach((child) => child.kill()));

/**
 * Starts the server without a host. It gets the same calls in the same order,
 * because an answer may depend on the calls before it.
 */
async function startServer() {
  const child = spawn(program, ["-demo"], { stdio: ["pipe", "pipe", "ignore"], env: {} });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on("error", () => {}); // if it has ended, the answer is missing
  let id = 0;
  const ask = async (method, params) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params })}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(!done, `the server left at ${method}`);
      const answer = JSON.parse(value);
      if (answer.id === id) return answer.result;
    }
  };
  const { instructions } = await ask("initialize", {
    protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "check", version: "1" },
  });
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  const { tools } = await ask("tools/list", {});
  return { ask, instructions, tools: Object.fromEntries(tools.map((tool) => [tool.name, tool])), close: () => child.stdin.end() };
}

async function run(command, args, options) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true, ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  // Kills the whole process group: a launcher starts the host as a child.
  const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), timeLimit);
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);
  return { code, signal, output };
}

const update = process.argv.includes("-update");
const wanted = process.argv.slice(2).filter((argument) => argument !== "-update");
const chosen = Object.keys(hosts).filter((name) => wanted.length === 0 || wanted.includes(name) || wanted.includes(name.split("-")[0]));
assert.ok(chosen.length >= wanted.length && chosen.length > 0, `the hosts are ${Object.keys(hosts).join(", ")}`);
let failed = 0;
const measured = [];
for (const name of chosen) {
  const host = hosts[name];
  console.log(`\n${host.title} (${host.package} ${versionOf(host)})`);
  const server = await startServer();
  try {
    const { failures, figures } = await check(host, server);
    failed += failures > 0;
    if (!host.http) measured.push(figures); // which are the same over HTTP
  } catch (error) {
    failed++;
    console.log(`  FAILED ${error.message}`);
  } finally {
    server.close();
  }
}
console.log(`\n${chosen.length - failed} passed, ${failed} failed`);
const stale = failed === 0 && wanted.length === 0 && !writeFigures(measured, update);
if (stale) console.log("docs/agents.md has other figures; write them anew with .ci/agents/run -update");
process.exitCode = failed || stale ? 1 : 0;
