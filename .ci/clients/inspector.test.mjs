// The MCP Inspector's command line against the real binary, in both protocol eras,
// over stdio and over HTTP.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { basic, listTools, modernNode, pageOf, program, run, startHTTP } from "./harness.mjs";

const inspector = fileURLToPath(
  new URL("node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", import.meta.url),
);

for (const [era, http] of [["legacy", false], ["modern", false], ["legacy", true], ["modern", true]]) {
  test(`Inspector, ${era} era${http ? ", over HTTP" : ""}`, async (t) => {
    const site = http && (await startHTTP(t, ["-demo"]));
    const server = site
      ? [site.url, "--transport", "http", "--header", `Authorization: ${basic.Authorization}`]
      : [program, "-demo", "-e", "SCENARIO_LOG_LEVEL=warn"];

    // The Inspector keeps a catalog of servers in the home folder.
    const home = await mkdtemp(join(tmpdir(), "inspector-"));
    t.after(() => rm(home, { recursive: true }));

    // Runs one method and asserts that the Inspector reports no problem.
    async function inspect(...args) {
      const { code, stdout, stderr } = await run(
        modernNode,
        [inspector, "--cli", ...server, "--format", "json", "--protocol-era", era, ...args],
        { cwd: home, env: { ...process.env, HOME: home } },
      );
      assert.equal(stderr, "");
      assert.equal(code, 0, stdout);
      return JSON.parse(stdout).result;
    }

    await t.test("tool definitions are portable", async () => {
      const { tools } = await inspect("--method", "tools/list", "--strict");
      for (const name of listTools) assert.ok(tools.some((tool) => tool.name === name), name);
    });

    for (const name of listTools) {
      await t.test(`calls ${name}`, async () => {
        const page = pageOf(await inspect("--method", "tools/call", "--tool-name", name, "--tool-args-json", '{"limit":2}'));
        assert.equal(page.models.length, 2);
        assert.equal(page.next_offset, 2);
      });
    }
    if (site) await site.close();
  });
}
