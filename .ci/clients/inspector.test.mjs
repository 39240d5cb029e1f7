// The MCP Inspector's command line against the real binary, in both protocol eras.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { listTools, modernNode, pageOf, program, run } from "./harness.mjs";

const inspector = fileURLToPath(
  new URL("node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", import.meta.url),
);

for (const era of ["legacy", "modern"]) {
  test(`Inspector, ${era} era`, async (t) => {
    // The Inspector keeps a catalog of servers in the home folder.
    const home = await mkdtemp(join(tmpdir(), "inspector-"));
    t.after(() => rm(home, { recursive: true }));

    // Runs one method and asserts that the Inspector reports no problem.
    async function inspect(...args) {
      const { code, stdout, stderr } = await run(
        modernNode,
        [inspector, "--cli", program, "-demo", "-e", "SCENARIO_LOG_LEVEL=warn", "--format", "json", "--protocol-era", era, ...args],
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
  });
}
