// The official conformance suite, as far as it applies. Its server scenarios
// speak HTTP, so the program sits behind a bridge.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { startBridge } from "./bridge.mjs";
import { modernNode, program, quiet, run } from "./harness.mjs";

const suite = fileURLToPath(new URL("node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url));

// Scenarios for every server of tools.
const applicable = ["server-initialize", "ping", "tools-list", "server-sse-multiple-streams"];

// Scenarios that apply from the day the server declares the capability.
const byCapability = {
  "logging-set-level": "logging",
  "prompts-list": "prompts",
  "resources-list": "resources",
};

// Everything else, and why it cannot pass against any server but the suite's own.
const fixture = "calls a tool, prompt or resource of the suite's own example server";
const http = "about the HTTP transport, which here is only the bridge's";
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
  "server-sse-polling": http,
  "dns-rebinding-protection": http,
};

test("conformance suite", async (t) => {
  const bridge = await startBridge(program, ["-demo"], quiet);
  t.after(() => bridge.close());
  const scratch = await mkdtemp(join(tmpdir(), "conformance-"));
  t.after(() => rm(scratch, { recursive: true }));

  await t.test("every scenario is known here", async () => {
    const { code, stdout } = await run(modernNode, [suite, "list"]);
    assert.equal(code, 0);
    const known = stdout.split("Client scenarios")[0].match(/(?<=^ {2}- )\S+/gm);
    assert.deepEqual(known.sort(), [...applicable, ...Object.keys(byCapability), ...Object.keys(leftOut)].sort());
  });

  const declared = await capabilities(bridge.url);
  for (const [scenario, capability] of Object.entries(byCapability)) {
    if (capability in declared) applicable.push(scenario);
  }
  for (const scenario of applicable) {
    await t.test(scenario, async () => {
      const args = [suite, "server", "--url", bridge.url, "--scenario", scenario, "--output-dir", scratch];
      const { code, stdout, stderr } = await run(modernNode, args, { cwd: scratch });
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/, stdout + stderr);
    });
  }

  const codes = await bridge.close();
  assert.ok(codes.length > 0);
  assert.ok(codes.every((code) => code === 0), `the servers' exit codes: ${codes}`);
});

async function capabilities(url) {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "bridge", version: "1.0.0" } },
    }),
  });
  return (await response.json()).result.capabilities;
}
