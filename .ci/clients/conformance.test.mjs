// The official conformance suite, as far as it applies. Its server scenarios
// speak HTTP: to the program itself, and to it over stdio behind a bridge.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { startBridge } from "./bridge.mjs";
import { modernNode, program, quiet, run, startHTTP } from "./harness.mjs";

const suite = fileURLToPath(new URL("node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url));

// Scenarios for every server of tools.
const applicable = ["server-initialize", "ping", "tools-list"];

// Scenarios that apply from the day the server declares the capability.
const byCapability = {
  "logging-set-level": "logging",
  "prompts-list": "prompts",
  "resources-list": "resources",
};

// Everything else, and why it cannot pass against any server but the suite's own.
const fixture = "calls a tool, prompt or resource of the suite's own example server";
const stream = "about resuming a stream, and there is none";
const leftOut = {
  "completion-complete": fixture,
  "tools-call-simple-text": fixture,
  "tools-call-image": fixture,
  "tools-call-audio": fixture,
  "tools-call-embedded-resource": fixture,
  "tools-call-mixed-content": fixture,
  "tools-call-with-logging": fixture,
  "tools-call-error": fixture,
  "tools-call-with-progress": fixture,
  "tools-call-sampling": fixture,
  "tools-call-elicitation": fixture,
  "json-schema-2020-12": fixture,
  "elicitation-sep1034-defaults": fixture,
  "elicitation-sep1330-enums": fixture,
  "resources-read-text": fixture,
  "resources-read-binary": fixture,
  "resources-templates-read": fixture,
  "resources-subscribe": fixture,
  "resources-unsubscribe": fixture,
  "prompts-get-simple": fixture,
  "prompts-get-with-args": fixture,
  "prompts-get-embedded-resource": fixture,
  "prompts-get-with-image": fixture,
  "server-sse-polling": stream,
};

// Scenarios that only one of the two can pass: the program over HTTP has no
// sessions, and the bridge looks at no names.
const bridged = ["server-sse-multiple-streams"];
const native = ["dns-rebinding-protection"];

test("conformance suite, over stdio", async (t) => {
  const bridge = await startBridge(program, ["-demo"], quiet);
  t.after(() => bridge.close());
  await conform(t, bridge.url, bridged);
  const codes = await bridge.close();
  assert.ok(codes.length > 0);
  assert.ok(codes.every((code) => code === 0), `the servers' exit codes: ${codes}`);
});

test("conformance suite, over HTTP", async (t) => {
  const site = await startHTTP(t, ["-demo"]);
  await conform(t, site.url, native);
  await site.close();
});

async function conform(t, url, more) {
  const scratch = await mkdtemp(join(tmpdir(), "conformance-"));
  t.after(() => rm(scratch, { recursive: true }));

  await t.test("every scenario is known here", async () => {
    const { code, stdout } = await run(modernNode, [suite, "list"]);
    assert.equal(code, 0);
    const known = stdout.split("Client scenarios")[0].match(/(?<=^ {2}- )\S+/gm);
    assert.deepEqual(known.sort(), [...applicable, ...Object.keys(byCapability), ...Object.keys(leftOut), ...bridged, ...native].sort());
  });

  const declared = await capabilities(url);
  const declaredToo = Object.keys(byCapability).filter((scenario) => byCapability[scenario] in declared);
  for (const scenario of [...applicable, ...declaredToo, ...more]) {
    await t.test(scenario, async () => {
      const args = [suite, "server", "--url", url, "--scenario", scenario, "--output-dir", scratch];
      const { code, stdout, stderr } = await run(modernNode, args, { cwd: scratch });
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/, stdout + stderr);
    });
  }
}

async function capabilities(url) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bridge", version: "1.0.0" } },
    }),
  });
  return (await response.json()).result.capabilities;
}
