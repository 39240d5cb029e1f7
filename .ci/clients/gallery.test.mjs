// The gallery in a real browser, in the official host, against the real binary.
// Its screenshots are left in .ci/out.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

import { details, eventually, focused, good, isFocused, look, page, pause, pictures, rows, settled } from "./gallery/checks.mjs";
import { openByHand } from "./gallery/hand.mjs";
import { startForFile, startStage } from "./gallery/stage.mjs";
import { program, quiet, startAPI } from "./harness.mjs";

/** The colors and font of a host, in the form that hosts send. */
const hostStyle = {
  variables: {
    "--color-background-primary": "light-dark(#faf9f5, #30302e)",
    "--color-background-secondary": "light-dark(#f0eee6, #3d3d3a)",
    "--color-text-primary": "light-dark(#141413, #faf9f5)",
    "--color-text-secondary": "light-dark(#3d3d3a, #c2c0b6)",
    "--color-border-primary": "light-dark(#d1cfc5, #5e5d59)",
    "--color-background-inverse": "light-dark(#141413, #faf9f5)",
    "--color-text-inverse": "light-dark(#ffffff, #141413)",
    "--border-radius-md": "8px",
    "--font-sans": "Liberation Serif, serif",
  },
};

const { browser, open } = await startForFile();

test("pictures load, and nothing else does", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 8 } });
  const [origin] = g.csp.resourceDomains;
  assert.deepEqual(g.csp, { connectDomains: [], resourceDomains: [origin] });
  await settled(g.frame, 8);
  assert.equal(await pictures(g.frame), 8);
  const reached = await g.frame.evaluate(async ({ origin, host }) => {
    const loads = (src) => new Promise((resolve) => Object.assign(new Image(), { src, onload: () => resolve(true), onerror: () => resolve(false) }));
    return {
      fetched: await fetch(origin).then(() => true, () => false),
      elsewhere: await loads(`${host}favicon.png`),
      parent: (() => { try { return !!parent.document; } catch { return false; } })(),
    };
  }, { origin, host: g.host });
  assert.deepEqual(reached, { fetched: false, elsewhere: false, parent: false });
  await good(g);
});

test("shows more", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { tags: "Flux.1 LoRA", sort: "name", limit: 2 } });
  await settled(g.frame, 2);
  const count = await g.frame.locator("#count").textContent();
  const total = Number(/^2 of (\d+) models$/.exec(count)?.[1]);
  assert.ok(total >= 4, count);
  await g.frame.getByRole("button", { name: "Show more" }).click();
  await settled(g.frame, 4);
  assert.deepEqual((await g.asked()).calls, [
    { name: "list_public_models", arguments: { tags: "Flux.1 LoRA", sort: "name", limit: 2, offset: 2 } },
  ]);
  assert.ok(await isFocused(g.frame.locator(".open").nth(2)), "the first new card has the focus");
  assert.equal(await pictures(g.frame), 4);
  const ids = await g.frame.locator(".card").evaluateAll((cards) => cards.map((c) => c.dataset.id));
  assert.equal(new Set(ids).size, 4);
  await good(g);

  const last = await open(t, { tool: "list_public_models", arguments: { limit: 5, offset: 75 } });
  const rest = last.result.structuredContent.total - 75;
  assert.ok(rest > 0 && rest <= 5);
  await settled(last.frame, rest);
  assert.equal(await last.frame.locator("#more").isVisible(), false);
  assert.equal(await last.frame.locator("#count").textContent(), `76 to ${75 + rest} of ${75 + rest} models`);
});

test("choosing a model tells the model and the chat", async (t) => {
  const g = await open(t, { tool: "search_models", arguments: { query: "pixel art", limit: 4 } });
  await settled(g.frame, 4);
  const [first] = g.result.structuredContent.models;
  await g.frame.locator(".open").first().click();
  await g.frame.getByRole("button", { name: "Use this model" }).click();
  await g.frame.getByText(`Chosen: ${first.name}`).waitFor();
  const { contexts, messages } = await g.asked();
  assert.equal(contexts.length, 1);
  assert.equal(contexts[0].structuredContent.chosen_model.id, first.id);
  assert.match(contexts[0].content[0].text, new RegExp(`"${first.id}"`));
  assert.deepEqual(messages, [{ role: "user", content: [{ type: "text", text: `Use the Scenario model "${first.id}".` }] }]);
  assert.equal(await g.frame.locator(".chosen").count(), 1);
  await good(g);
});

test("a host that cannot be told", async (t) => {
  const g = await open(t, { tool: "search_models", arguments: { query: "pixel art", limit: 2 }, refuse: true });
  await settled(g.frame, 2);
  assert.equal(await g.frame.locator("#more").isVisible(), false, "it has no tools to call");
  await g.frame.locator(".open").first().click();
  await g.frame.getByRole("button", { name: "Use this model" }).click();
  await g.frame.getByText(`The id to ask for is ${g.result.structuredContent.models[0].id}`).waitFor();
  assert.equal(await g.frame.locator(".chosen").count(), 0, "nothing is chosen");
});

test("a host that tells the least", async (t) => {
  // No context, no capabilities, no arguments, and an answer that is text alone.
  const h = await openByHand(t, browser, {});
  const answer = (text) => h.send({ method: "ui/notifications/tool-result", params: { content: [{ type: "text", text }] } });
  const models = [{ id: "model_a" }, null, {}, { id: "model_b", name: "Second", tags: null }, { id: "__proto__" }];
  await h.send({ method: "notifications/from-the-future" });
  await answer(JSON.stringify({ models, total: 9, next_offset: 3 }));
  await h.frame.locator(".card").nth(2).waitFor();
  assert.deepEqual(await h.frame.locator(".open strong").allTextContents(), ["model_a", "Second", "__proto__"]);
  assert.equal(await h.frame.locator("#more").isVisible(), false, "which tool to ask is not known");
  await h.send({ id: 7, method: "ui/resource-teardown" });
  await h.page.waitForFunction(() => window.seen.some((m) => m.id === 7 && m.result));
  await answer("no JSON");
  await h.frame.locator(".problem").waitFor();
});

test("the focus stays in its column while parameters come", async (t) => {
  const h = await openByHand(t, browser);
  await h.result(page(rows(3), 3));
  for (const i of [0, 1, 2]) await h.frame.locator(".pick").nth(i).click();
  await h.frame.locator("#compare").click();
  const use = h.frame.getByRole("button", { name: "Use this model: Name 1" });
  await use.focus();
  for (const n of [0, 1, 2]) {
    const asked = await h.seen("tools/call", n);
    await h.reply(asked, details(asked.params.arguments.ids[0]));
  }
  await h.frame.getByRole("dialog").getByRole("rowheader", { name: /^prompt/i }).waitFor();
  assert.equal(await use.evaluate((b) => b === document.activeElement), true);
  await h.page.keyboard.press("Enter");
  const { params } = await h.seen("ui/update-model-context");
  assert.equal(params.structuredContent.chosen_model.id, "m1");
  await eventually(() => focused(h.frame), "Compare 3", "the focus is back");
});

test("answers that come late or out of turn", async (t) => {
  await t.test("of a comparison that is closed", async (t) => {
    const h = await openByHand(t, browser);
    await h.result(page(rows(3), 3));
    for (const i of [0, 1]) await h.frame.locator(".pick").nth(i).click();
    await h.frame.locator("#compare").click();
    const asked = [await h.seen("tools/call", 0), await h.seen("tools/call", 1)];
    await h.page.keyboard.press("Escape");
    await h.frame.getByRole("dialog").waitFor({ state: "hidden" });
    await h.frame.locator(".pick").nth(2).click();
    await h.frame.locator("#compare").click();
    for (const a of asked) await h.reply(a, details(a.params.arguments.ids[0]));
    await h.settled();
    assert.equal(await h.frame.getByRole("heading").textContent(), "Compare 3 models");
  });

  await t.test("of a choice that was changed", async (t) => {
    const h = await openByHand(t, browser);
    await h.result(page(rows(2), 2));
    for (const i of [0, 1]) {
      await h.frame.locator(".open").nth(i).click();
      await h.frame.getByRole("button", { name: "Use this model" }).click();
    }
    for (const n of [1, 0]) for (const method of ["ui/update-model-context", "ui/message"]) await h.reply(await h.seen(method, n), {});
    await h.settled();
    assert.equal(await h.frame.locator("#said").textContent(), "Chosen: Name 1");
    assert.deepEqual(await h.frame.locator(".chosen strong").allTextContents(), ["Name 1"]);
  });

  await t.test("of a list that was replaced", async (t) => {
    const h = await openByHand(t, browser);
    await h.result(page(rows(3), 9, 3), { query: "old" });
    await h.frame.locator("#more").click();
    const late = await h.seen("tools/call");
    await h.frame.locator(".open").nth(1).click();
    await h.result(page(rows(2, 20), 4, 2), { query: "new" });
    await h.frame.getByText("Name 20").waitFor();
    assert.equal(await h.frame.getByRole("dialog").count(), 0, "the old list's details are closed");
    await h.reply(late, page(rows(3, 3), 9, 6));
    await h.settled();
    assert.deepEqual(await h.frame.locator(".open strong").allTextContents(), ["Name 20", "Name 21"]);
    await h.frame.locator("#more").click();
    const { params } = await h.seen("tools/call", 2); // the second asked for details
    assert.deepEqual(params.arguments, { query: "new", offset: 2 });
  });
});

test("the focus is never lost by showing more", async (t) => {
  const h = await openByHand(t, browser);
  await h.result(page(rows(4), 8, 4));
  const more = h.frame.locator("#more");
  await more.focus();
  await h.page.keyboard.press("Enter");
  await h.refuse(await h.seen("tools/call", 0), "Sample failure.");
  await h.frame.getByText("Sample failure.").waitFor();
  assert.equal(await focused(h.frame), "Show more", "after a failure");
  await more.focus();
  await h.page.keyboard.press("Enter");
  await h.reply(await h.seen("tools/call", 1), page(rows(2, 4), 6));
  await h.frame.getByText("6 models").waitFor();
  assert.ok(await isFocused(h.frame.locator(".open").nth(4)), "if there is no more");
});

test("says what a card's badge says, and what could not be learned", async (t) => {
  const h = await openByHand(t, browser);
  await h.result(page([{ id: "m0", name: "Old", deprecated_by: "m1" }, { id: "m1", name: "Own", scope: "private" }], 2));
  await h.frame.getByRole("button", { name: /retired.*Old/ }).waitFor();
  await h.frame.getByText("Yours").waitFor();
  await h.frame.locator(".open").nth(1).click();
  await h.reply(await h.seen("tools/call"), { content: [], structuredContent: { models: [], note: "Sample note." } });
  await h.frame.getByRole("dialog").getByText("Sample note.").waitFor();
});

test("details with parameters", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 4 } });
  await settled(g.frame, 4);
  await g.frame.locator(".open").first().click();
  const dialog = g.frame.getByRole("dialog");
  await dialog.getByRole("rowheader", { name: "Prompt prompt" }).first().waitFor();
  const [first] = g.result.structuredContent.models;
  assert.equal(await dialog.getByRole("heading").textContent(), first.name);
  assert.deepEqual((await g.asked()).calls, [{ name: "get_models", arguments: { ids: [first.id] } }]);
  assert.match(await dialog.locator("table").textContent(), /needed.*Width width256 to 2048, in steps of 32 · default 1024 · changes the price.*Images numSamples/s);
  await good(g);
});

test("compares side by side", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 6 } });
  await settled(g.frame, 6);
  for (const i of [0, 2, 5]) await g.frame.locator(".pick").nth(i).click();
  assert.equal(await g.frame.locator(".pick:disabled").count(), 3, "three are enough");
  await g.frame.locator("header").getByRole("button", { name: "Compare 3" }).click();
  const dialog = g.frame.getByRole("dialog");
  await dialog.getByRole("rowheader", { name: /^prompt/i }).waitFor();
  const want = [0, 2, 5].map((i) => g.result.structuredContent.models[i]);
  const columns = dialog.getByRole("columnheader");
  assert.deepEqual(await columns.locator("strong").allTextContents(), want.map((m) => m.name));
  await columns.nth(1).getByRole("button").click();
  await g.frame.getByText("Chosen:").waitFor();
  assert.equal((await g.asked()).contexts[0].structuredContent.chosen_model.id, want[1].id);
  await good(g);
});

test("works by keyboard alone", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 3 } });
  await settled(g.frame, 3);
  const press = async (...keys) => { for (const key of keys) await g.page.keyboard.press(key); };
  const cards = g.frame.locator(".card");
  // A busy browser may lose a key while it lays out the frames. So this waits
  // for the effect before the next key, as a person does.
  const reach = async (button, keys = 10) => {
    for (let i = 0; i < keys && !(await isFocused(button)); i++) {
      await press("Tab");
      for (let j = 0; j < 5 && !(await isFocused(button)); j++) await pause(50);
    }
    assert.ok(await isFocused(button), "Tab reaches it");
  };
  await reach(cards.first().locator(".open"), 40);
  await press("Enter");
  const dialog = g.frame.getByRole("dialog");
  await dialog.getByRole("rowheader").first().waitFor();
  for (let i = 0; i < 6; i++) {
    const inside = await g.frame.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("dialog"));
    assert.ok(inside, "the focus stays in the dialog");
    await press("Tab");
  }
  await press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await eventually(() => isFocused(cards.first().locator(".open")), true, "the focus is back");
  const until = async (key, done) => {
    for (let i = 0; i < 5 && !(await done()); i++) {
      await press(key);
      for (let j = 0; j < 20 && !(await done()); j++) await pause(100);
    }
    assert.ok(await done(), `${key} does it`);
  };
  for (const n of [0, 1]) {
    const pick = cards.nth(n).locator(".pick");
    await reach(pick);
    await until("Space", async () => (await pick.getAttribute("aria-pressed")) === "true");
    if (n === 0) await g.frame.getByText("Pick one more").waitFor();
  }
  await reach(cards.nth(1).locator(".compare-here"));
  await until("Enter", async () => (await g.frame.getByRole("dialog").getByText("Compare 2 models").count()) === 1);
  await press("Escape");
  await eventually(() => focused(g.frame), "Compare 2");
  await good(g);
});

test("hostile names are text, and broken pictures a tile", async (t) => {
  const env = await startAPI(t, "-fault", "hostile-text");
  const stage = await startStage(t, browser, { args: [], env });
  const g = await stage(t, { tool: "list_public_models", arguments: { limit: 20 } });
  const dialogs = [];
  g.page.on("dialog", (d) => dialogs.push(d.message()) && d.dismiss());
  assert.deepEqual(g.csp, { connectDomains: [], resourceDomains: ["https://cdn.cloud.scenario.com"] });
  await settled(g.frame, 20);
  const marked = g.frame.locator(".open", { hasText: "<script>alert" }).first();
  assert.ok((await marked.textContent()).includes('<script>alert("x")</script><img src=x onerror=alert(1)>'));
  await marked.click();
  await g.frame.getByRole("dialog").getByRole("rowheader").first().waitFor();
  assert.equal(await g.frame.locator("script").count(), 1);
  assert.equal(await g.frame.locator('img[src="x"], [onerror]').count(), 0);
  await g.page.keyboard.press("Escape");
  await look(g, "no-pictures");
  assert.equal(await g.frame.locator(".card img").count(), 0, "the CDN cannot be reached from here");
  assert.deepEqual(dialogs, []);
  await good(g);
});

test("fits a host that limits the height", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 20 }, height: 500, hostContext: { containerDimensions: { maxHeight: 480 } } });
  await settled(g.frame, 20);
  const card = g.frame.locator(".open").nth(16);
  await card.click();
  const dialog = g.frame.getByRole("dialog");
  await dialog.getByRole("rowheader").first().waitFor();
  const { top, bottom, height } = await dialog.evaluate((d) => ({ ...d.getBoundingClientRect().toJSON(), height: innerHeight }));
  assert.ok(top >= 0 && bottom <= height, `the dialog is in sight: ${top} to ${bottom} of ${height}`);
  await good(g);
});

test("follows a change of theme", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 2 }, hostContext: { theme: "light", styles: hostStyle } });
  await settled(g.frame, 2);
  const background = () => g.frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), "rgb(250, 249, 245)");
  await g.page.evaluate(() => window.bridge.sendHostContextChange({ theme: "dark" }));
  await g.frame.waitForFunction(() => document.documentElement.style.colorScheme === "dark", null, { polling: 50 });
  assert.equal(await background(), "rgb(48, 48, 46)");
});

for (const theme of ["light", "dark"]) {
  for (const width of [320, 1200]) {
    test(`looks and accessibility, ${theme}, ${width} px`, async (t) => {
      // Some widths show the gallery's own colors, the others a host's.
      const hostContext = { theme, ...(width === 320 && { styles: hostStyle }) };
      const g = await open(t, { tool: "search_models", arguments: { query: "pixel art", limit: 12 }, width, hostContext });
      await settled(g.frame, 12);
      await look(g, `grid-${theme}-${width}`);
      assert.equal(await g.frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing is wider than the page");

      await g.frame.locator(".open").nth(4).click();
      await g.frame.getByRole("dialog").getByRole("rowheader").first().waitFor();
      await look(g, `details-${theme}-${width}`);
      await g.page.keyboard.press("Escape");

      for (const i of [0, 3]) await g.frame.locator(".pick").nth(i).click();
      await look(g, `picked-${theme}-${width}`);
      if (width > 320) await g.frame.locator(".pick").nth(5).click();
      await g.frame.locator("#compare").click();
      await g.frame.getByRole("dialog").getByRole("rowheader", { name: /^prompt/i }).waitFor();
      await look(g, `compare-${theme}-${width}`);
      await good(g);
    });
  }
}

test("the stateless era has the gallery too", async () => {
  const mimeTypes = ["text/html;profile=mcp-app"];
  for (const extensions of [{ "io.modelcontextprotocol/ui": { mimeTypes } }, undefined]) {
    const client = new Client({ name: "gallery", version: "1.0.0" }, { capabilities: { extensions }, versionNegotiation: { mode: { pin: "2026-07-28" } } });
    await client.connect(new StdioClientTransport({ command: program, args: ["-demo"], env: quiet }));
    const { tools } = await client.listTools();
    const uris = tools.map((tool) => tool._meta?.ui.resourceUri).filter(Boolean);
    const { resources } = await client.listResources();
    const { _meta } = await client.callTool({ name: "list_public_models", arguments: { limit: 2 } });
    const { _meta: detail } = await client.callTool({ name: "get_models", arguments: { ids: ["model_sample-base-one"] } });
    assert.equal(uris.length, extensions ? 3 : 0);
    assert.equal(resources.length, extensions ? 1 : 0);
    assert.equal(Object.keys(_meta["scenario/gallery"]?.pictures ?? {}).length, extensions ? 2 : 0);
    assert.equal(detail["scenario/gallery"]?.examples["model_sample-base-one"].length, extensions && 6);
    await client.close();
  }
});
