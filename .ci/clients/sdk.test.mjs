// The official TypeScript SDKs, v1 and v2 in both protocol eras, against the
// real binary over stdio and over HTTP.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HTTPV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { Client as ClientV2, StreamableHTTPClientTransport as HTTPV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";

import { basic, listTools, pageLimit, pageOf, program, quiet, startHTTP, startSlowAPI, watched } from "./harness.mjs";

const info = { name: "scenario-mcp-clients", version: "1.0.0" };
const modern = "2026-07-28";

const overStdio = [
  {
    name: "TypeScript SDK v1",
    Transport: watched(StdioV1),
    HTTP: HTTPV1,
    client: () => new ClientV1(info),
    call: (client, params, options) => client.callTool(params, undefined, options),
  },
  {
    name: "TypeScript SDK v2, initialize",
    Transport: watched(StdioV2),
    HTTP: HTTPV2,
    client: () => new ClientV2(info),
    call: (client, params, options) => client.callTool(params, options),
    version: (client) => assert.ok(client.getNegotiatedProtocolVersion() < modern),
  },
  {
    name: "TypeScript SDK v2, stateless",
    Transport: watched(StdioV2),
    HTTP: HTTPV2,
    client: () => new ClientV2(info, { versionNegotiation: { mode: { pin: modern } } }),
    call: (client, params, options) => client.callTool(params, options),
    version: (client) => assert.equal(client.getNegotiatedProtocolVersion(), modern),
    stateless: true,
  },
];

const overHTTP = overStdio.map((sdk) => ({ ...sdk, name: `${sdk.name}, over HTTP`, http: true }));

for (const sdk of [...overStdio, ...overHTTP]) {
  test(sdk.name, async (t) => {
    await t.test("lists the tools", (t) =>
      session(t, sdk, { demo: true }, async (client) => {
        sdk.version?.(client);
        assert.equal(client.getServerVersion().name, "scenario-mcp");
        const { tools } = await client.listTools();
        for (const name of listTools) assert.ok(tools.some((tool) => tool.name === name), name);
        for (const tool of tools) checkDefinition(tool);
      }));

    await t.test("pages to the end", (t) =>
      session(t, sdk, { demo: true }, async (client) => {
        await client.listTools(); // makes the SDK validate answers against the output schemas
        for (const name of listTools) {
          const ids = [];
          let total, pages = 0;
          for (let offset = 0; offset !== undefined; pages++) {
            const page = pageOf(await sdk.call(client, { name, arguments: { limit: pageLimit, offset } }));
            assert.equal(page.offset, offset);
            assert.equal(page.total, total ?? page.total);
            total = page.total;
            ids.push(...page.models.map((model) => model.id));
            assert.ok(page.next_offset === undefined || page.next_offset > offset);
            offset = page.next_offset;
          }
          assert.ok(pages > 1, `${name}: more than one page`);
          assert.equal(new Set(ids).size, ids.length, `${name}: no model twice`);
          assert.equal(ids.length, total, `${name}: every model`);
        }
      }));

    await t.test("is told of a bad argument", (t) =>
      session(t, sdk, { demo: true }, async (client) => {
        await client.listTools();
        const result = await sdk.call(client, { name: "list_public_models", arguments: { tgas: ["x"] } });
        assert.equal(result.isError, true);
        assert.match(result.content[0].text, /tags/);
        assert.equal(result.structuredContent, undefined);
      }));

    await t.test("sees progress", (t) =>
      session(t, sdk, {}, async (client) => {
        const seen = [];
        const page = pageOf(
          await sdk.call(client, { name: "list_public_models", arguments: {} }, { onprogress: (p) => seen.push(p.progress) }),
        );
        assert.equal(page.total, 1400);
        assert.equal(seen.length > 0, !sdk.http, "progress is told, but over HTTP, where an answer is all");
        assert.deepEqual(seen, [...new Set(seen)].sort((a, b) => a - b), "progress only rises");
      }));

    await t.test("cancels a call and goes on", (t) =>
      session(t, sdk, {}, async (client) => {
        const abort = new AbortController();
        const changeMind = () => abort.abort("changed my mind");
        const options = { signal: abort.signal, onprogress: changeMind };
        if (sdk.http) setTimeout(changeMind, 100); // a page of the list takes longer
        await assert.rejects(sdk.call(client, { name: "list_public_models", arguments: {} }, options), /changed my mind/);
        if (!sdk.stateless) await client.ping(); // the stateless era has no ping
        const page = pageOf(await sdk.call(client, { name: "list_public_models", arguments: { limit: 1 } }));
        assert.equal(page.total, 1400);
      }));
  });
}

test("TypeScript SDK v2 finds the stateless era by itself", async () => {
  const client = new ClientV2(info, { versionNegotiation: { mode: "auto" } });
  const errors = [];
  client.onerror = (error) => errors.push(error);
  await client.connect(new StdioV2({ command: program, args: ["-demo"], env: quiet }));
  assert.equal(client.getNegotiatedProtocolVersion(), modern);
  await client.listTools();
  await client.close();
  assert.deepEqual(errors, []);
});

/** Connects, runs the steps, closes, and asserts that neither side reported an error. */
async function session(t, sdk, { demo }, steps) {
  const { transport, assertClean } = sdk.http ? await siteOf(t, sdk, demo) : await processOf(t, sdk, demo);
  const client = sdk.client();
  const errors = [];
  // Over HTTP a notification reaches no call, so that one of the older era is
  // answered although its client, which does not hang up, has cancelled it.
  const late = ({ name, message }) =>
    sdk.http && !sdk.stateless && (name === "AbortError" || message.startsWith("Received a response for an unknown message ID"));
  client.onerror = (error) => late(error) || errors.push(error);
  await client.connect(transport);
  try {
    await steps(client);
  } finally {
    await client.close();
  }
  assert.deepEqual(errors, [], "the client's error callback");
  await assertClean();
}

async function processOf(t, sdk, demo) {
  const server = demo
    ? { command: program, args: ["-demo"], env: quiet }
    : { command: program, args: [], env: await startSlowAPI(t) };
  const transport = new sdk.Transport(server);
  return { transport, assertClean: () => transport.assertClean() };
}

async function siteOf(t, sdk, demo) {
  const { SCENARIO_API_KEY, SCENARIO_API_SECRET, ...env } = demo ? quiet : await startSlowAPI(t);
  const server = await startHTTP(t, demo ? ["-demo"] : [], env); // callers bring their credentials
  const transport = new sdk.HTTP(new URL(server.url), { requestInit: { headers: basic } });
  return { transport, assertClean: server.close };
}

const validator = new AjvJsonSchemaValidator();

function checkDefinition(tool) {
  assert.ok(tool.description, `${tool.name}: description`);
  assert.equal(tool.annotations?.readOnlyHint, true, `${tool.name}: read-only`);
  assert.equal(tool.annotations?.destructiveHint, false, `${tool.name}: not destructive`);
  assert.equal(tool.inputSchema.type, "object", tool.name);
  assert.equal(tool.inputSchema.additionalProperties, false, tool.name);
  const accepts = validator.getValidator(tool.inputSchema);
  assert.equal(accepts({ surely_unknown: 1 }).valid, false, `${tool.name}: unknown names are refused`);
  if (listTools.includes(tool.name)) assert.equal(accepts({ tags: ["a"], limit: 3 }).valid, true, tool.name);
  if (tool.outputSchema) validator.getValidator(tool.outputSchema);
}
