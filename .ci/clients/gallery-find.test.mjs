// What a person finds with the gallery, and what it says where there is nothing.
import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually, good, isFocused, look, page, pause, rows, settled } from "./gallery/checks.mjs";
import { openByHand } from "./gallery/hand.mjs";
import { startForFile, startStage } from "./gallery/stage.mjs";
import { startAPI } from "./harness.mjs";

const { browser, open } = await startForFile();

const names = (frame) => frame.locator(".card:visible strong").allTextContents();
const count = (frame) => frame.locator("#count").textContent();
/** Waits until the gallery has asked n times and shows the answer. */
async function answered(g, n) {
  await eventually(async () => (await g.asked()).calls.length, n, "calls");
  await eventually(() => g.frame.locator("main[aria-busy]").count(), 0, "the answer");
  return (await g.asked()).calls.at(-1);
}

test("finds over the whole catalog", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { limit: 3, sort: "name" } });
  await settled(g.frame, 3);
  assert.deepEqual((await g.asked()).calls, [], "it opens with what the host has");
  assert.equal(await g.frame.getByLabel("Whose models").inputValue(), "public");
  assert.equal(await g.frame.getByLabel("Order").inputValue(), "name");

  await g.frame.getByRole("searchbox").pressSequentially("sprite walk", { delay: 20 });
  const first = await answered(g, 1);
  assert.deepEqual(first, { name: "search_models", arguments: { query: "sprite walk", scope: "public", sort: "name", limit: 24 } });
  assert.ok((await names(g.frame)).includes("Sample Sprite Walk"));

  await g.frame.getByRole("searchbox").fill("");
  await answered(g, 2);
  const video = g.frame.getByRole("button", { name: "Video", exact: true });
  await video.click();
  assert.deepEqual((await answered(g, 3)).arguments.capability, ["*2video"]);
  assert.ok(await isFocused(video), "the focus stays");
  assert.equal(await video.getAttribute("aria-pressed"), "true");
  assert.ok((await names(g.frame)).length > 5);
  assert.equal(await g.frame.locator('.card [aria-label="Video"]').count(), (await names(g.frame)).length);
  await g.frame.getByRole("button", { name: "3D", exact: true }).click();
  assert.deepEqual((await answered(g, 4)).arguments.capability, ["*2video", "*23d"]);

  await g.frame.getByLabel("Plan").selectOption("free");
  await answered(g, 5);
  assert.deepEqual([...new Set(await g.frame.locator(".card .plan").allTextContents())].filter((p) => p !== "Free"), []);
  assert.match(await g.frame.locator("#note").textContent(), /hidden above Free/);
  await g.frame.getByRole("button", { name: "Show these too" }).click();
  const shown = await answered(g, 6);
  assert.equal(shown.arguments.plan, undefined);
  assert.equal(shown.arguments.include_deprecated, true);
  assert.ok(await isFocused(g.frame.getByRole("searchbox")), "the button that is gone gives the focus on");
  await g.frame.getByRole("button", { name: "Remove filter: retired too" }).click();
  assert.equal((await answered(g, 7)).arguments.include_deprecated, undefined);

  await g.frame.getByRole("button", { name: "Clear all" }).click();
  await answered(g, 8);
  await g.frame.getByLabel("Whose models").selectOption("private");
  assert.equal((await answered(g, 9)).arguments.scope, "private");
  assert.deepEqual([...new Set(await g.frame.locator(".card .plan").allTextContents())], ["Yours"]);
  await good(g);
});

test("opens with what the assistant asked", async (t) => {
  const g = await open(t, {
    tool: "search_models",
    arguments: { query: "game art", tags: "PIXEL-art", capability: ["*2img"], plan: "Creator", provider: "demo labs", limit: 5 },
  });
  await g.frame.locator(".card[data-id]").first().waitFor();
  assert.equal(await g.frame.getByRole("searchbox").inputValue(), "game art");
  assert.equal(await g.frame.getByLabel("Plan").inputValue(), "creator");
  assert.deepEqual(await g.frame.locator(".chip[aria-pressed=true]").allTextContents(), ["Image", "PIXEL-art"]);
  await g.frame.getByRole("button", { name: "Remove filter: by demo labs" }).click();
  assert.deepEqual((await answered(g, 1)).arguments, {
    query: "game art", scope: "all", sort: "relevance", plan: "creator", tags: ["PIXEL-art"], capability: ["*2img", "*paint"], limit: 24,
  });
  await good(g);
});

test("tags fold case and are asked of the server", async (t) => {
  const g = await open(t, { tool: "search_models", arguments: { query: "pixel art", limit: 12 } });
  await settled(g.frame, 12);
  const chip = g.frame.locator("#tags").getByRole("button", { name: "pixel-art", exact: true });
  assert.equal(await g.frame.locator("#tags").getByRole("button", { name: /^pixel-art$/i }).count(), 1, "one chip for all cases");
  await chip.focus();
  await g.page.keyboard.press("Enter");
  assert.deepEqual((await answered(g, 1)).arguments.tags, ["pixel-art"]);
  assert.ok((await names(g.frame)).includes("Sample Pixel Meadow"), "whose tag is Pixel-Art");
  assert.equal(await chip.getAttribute("aria-pressed"), "true");
  assert.ok(await isFocused(chip), "the focus stays");
  await chip.click();
  assert.equal((await answered(g, 2)).arguments.tags, undefined);
  await good(g);
});

test("the last answer wins", async (t) => {
  const h = await openByHand(t, browser);
  await h.result(page(rows(2), 2), { query: "old" });
  const box = h.frame.getByRole("searchbox");
  await box.fill("first");
  const first = await h.seen("tools/call", 0);
  await box.fill("second");
  await h.reply(first, page(rows(1, 10), 1)); // while the person types
  const second = await h.seen("tools/call", 1);
  assert.equal(second.params.arguments.query, "second");
  await h.frame.getByRole("button", { name: "Audio" }).click();
  const third = await h.seen("tools/call", 2);
  await h.reply(third, page(rows(1, 30), 1));
  await h.reply(second, page(rows(1, 20), 1));
  await h.settled();
  assert.deepEqual(await names(h.frame), ["Name 30"]);
  await box.fill("fourth");
  const fourth = await h.seen("tools/call", 3);
  await h.result(page(rows(1, 40), 1), { query: "new" });
  await h.reply(fourth, page(rows(1, 50), 1));
  await h.settled();
  assert.deepEqual(await names(h.frame), ["Name 40"], "what the host shows is later");
  assert.equal(await box.inputValue(), "new");
});

test("a failure keeps the cards and can be tried again", async (t) => {
  const h = await openByHand(t, browser);
  await h.result(page(rows(3), 3));
  await h.frame.getByRole("searchbox").fill("castle");
  const error = { isError: true, content: [{ type: "text", text: "For models." }], _meta: { "scenario/gallery": { tool: "search_models", note: "For people." } } };
  await h.reply(await h.seen("tools/call", 0), error);
  await h.frame.locator(".problem", { hasText: "For people." }).waitFor();
  assert.equal((await names(h.frame)).length, 3);
  await h.frame.getByRole("button", { name: "Try again" }).click();
  await h.reply(await h.seen("tools/call", 1), page(rows(1, 7), 1));
  await eventually(async () => (await names(h.frame)).join(), "Name 7");
  assert.equal(await h.frame.locator(".problem").count(), 0);
});

const local = (n) => rows(n).map((m, i) => ({ ...m, capabilities: [i % 3 ? "txt2img" : "img2video"], plan: i > 3 ? "Team" : undefined }));
for (const [what, initialized, refuses] of [["does not offer tools", { hostCapabilities: {} }], ["refuses calls", {}, true]]) {
  test(`sifts what is loaded where the host ${what}`, async (t) => {
    const h = await openByHand(t, browser, initialized);
    await h.result(page(local(6), 40, 6), { query: "of the assistant" });
    await h.frame.getByRole("button", { name: "Video", exact: true }).click();
    if (refuses) await h.send({ id: (await h.seen("tools/call", 0)).id, error: { code: -32601, message: "Method not found" } });
    await h.frame.getByText("2 of the 6 shown here").waitFor();
    await h.frame.getByText("look only through the models it was given").waitFor();
    assert.deepEqual(await names(h.frame), ["Name 0", "Name 3"]);
    await h.frame.getByRole("button", { name: "Video", exact: true }).click();
    await h.frame.locator("#tags .chip", { hasText: "odd" }).click();
    await eventually(async () => (await names(h.frame)).join(), "Name 1,Name 3,Name 5");
    await h.frame.getByLabel("Plan").selectOption("pro");
    await eventually(async () => (await names(h.frame)).join(), "Name 1,Name 3");
    await h.frame.getByRole("searchbox").fill("name 3");
    await eventually(async () => (await names(h.frame)).join(), "Name 3");
    await h.frame.getByRole("searchbox").fill("nowhere");
    await h.frame.getByText("No model found for “nowhere”").waitFor();
    assert.equal(await h.frame.locator("#more").isVisible(), false);
    assert.equal(await h.page.evaluate(() => window.seen.filter((m) => m.method === "tools/call").length), refuses ? 1 : 0);
  });
}

test("nothing matched: what is near can be pressed", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { tags: "pixelart" }, width: 600 });
  await g.frame.getByRole("heading", { name: "No model has all of this" }).waitFor();
  await look(g, "empty");
  await g.frame.locator("#empty").getByRole("button", { name: "pixel-art" }).click();
  assert.deepEqual((await answered(g, 1)).arguments.tags, ["pixel-art"]);
  assert.ok((await names(g.frame)).includes("Sample Pixel Meadow"));
  assert.ok(await isFocused(g.frame.getByRole("searchbox")), "the focus is not lost");
  await g.frame.getByRole("searchbox").fill("zzqqxx");
  await g.frame.getByText("No model found for “zzqqxx”").waitFor();
  await g.frame.getByRole("button", { name: "Show all models" }).click();
  await g.frame.locator(".card").nth(20).waitFor();
  await good(g);

  const h = await openByHand(t, browser);
  const none = page([], 0);
  none._meta["scenario/gallery"].near = [{ near: ["lantern", "lamp"] }];
  await h.result(none, { query: "lanten" });
  await h.frame.getByRole("button", { name: "lamp" }).click();
  assert.equal((await h.seen("tools/call")).params.arguments.query, "lamp");
});

test("an account without models", async (t) => {
  const h = await openByHand(t, browser);
  const none = page([], 0);
  none._meta["scenario/gallery"].tool = "list_private_models";
  await h.result(none);
  await h.frame.getByText("You have no models of your own yet").waitFor();
});

test("failures speak to a person", async (t) => {
  const failed = await open(t, { tool: "list_public_models", arguments: { created_after: "soon" }, width: 600 });
  await failed.frame.getByText("created_after cannot be").waitFor();
  await failed.frame.getByRole("heading", { name: "The models could not be read" }).waitFor();
  assert.equal(await failed.frame.locator(".card").count(), 0);
  await look(failed, "error");
  await failed.frame.getByRole("button", { name: "Show all models" }).click();
  await failed.frame.locator(".card").nth(20).waitFor();
  await good(failed);

  const env = { ...await startAPI(t), SCENARIO_API_KEY: "", SCENARIO_API_SECRET: "" };
  const stage = await startStage(t, browser, { args: [], env });
  const bare = await stage(t, { tool: "list_public_models", arguments: {}, width: 600 });
  await bare.frame.getByText("Create an API key").waitFor();
  assert.doesNotMatch(await bare.frame.locator("#note").textContent(), /user|Calling/);
  await look(bare, "no-key");

  const waiting = await open(t, { tool: "list_public_models", width: 600 });
  await waiting.frame.getByText("Looking for models").waitFor();
  await look(waiting, "waiting");
  await good(waiting);
  await waiting.page.evaluate(() => window.bridge.sendToolCancelled({ reason: "test" }));
  await waiting.frame.getByText("The call was cancelled.").waitFor();
});

test("a first page at any offset reaches both ends", async (t) => {
  const g = await open(t, { tool: "list_public_models", arguments: { offset: 40, limit: 10, sort: "name" } });
  await settled(g.frame, 10);
  assert.equal(await count(g.frame), "41 to 50 of 79 models");
  const earlier = g.frame.getByRole("button", { name: "Show earlier" });
  await earlier.click();
  await settled(g.frame, 34);
  assert.ok(await isFocused(earlier), "the focus stays");
  await earlier.click();
  await settled(g.frame, 50);
  assert.equal(await earlier.isVisible(), false);
  assert.ok(await isFocused(g.frame.locator(".open").first()), "the focus goes to what came");
  for (let n = 60; n <= 79; n = Math.min(n + 10, 79 + (n === 79))) {
    await g.frame.getByRole("button", { name: "Show more" }).click();
    await settled(g.frame, n);
  }
  assert.equal(await count(g.frame), "79 models");
  const all = await names(g.frame);
  assert.deepEqual(all, [...all].sort((a, b) => a.localeCompare(b)));
  await good(g);

  const past = await open(t, { tool: "list_public_models", arguments: { offset: 500, limit: 10 } });
  await past.frame.getByRole("heading", { name: "The list ends before here" }).waitFor();
  await past.frame.getByRole("button", { name: "Show earlier" }).click();
  await settled(past.frame, 24);
  assert.equal(await count(past.frame), "56 to 79 of 79 models");

  const totals = await open(t, { tool: "list_public_models", arguments: { limit: 0 } });
  await totals.frame.getByRole("heading", { name: "79 models match" }).waitFor();
  await totals.frame.getByRole("button", { name: "Show them" }).click();
  await settled(totals.frame, 24);
});

test("an earlier page that ends before its limit is asked on", async (t) => {
  const h = await openByHand(t, browser);
  await h.result(page(rows(2, 10), 12, undefined, 10));
  await h.frame.getByRole("button", { name: "Show earlier" }).click();
  const asked = [];
  for (const [n, from, next] of [[4, 0, 4], [3, 4, 7], [3, 7, 10]]) {
    const call = await h.seen("tools/call", asked.length);
    asked.push([call.params.arguments.offset, call.params.arguments.limit]);
    await h.reply(call, page(rows(n, from), 12, next, from));
  }
  assert.deepEqual(asked, [[0, 10], [4, 6], [7, 3]]);
  await eventually(() => h.frame.locator(".card").count(), 12);
  assert.deepEqual(await names(h.frame), rows(12).map((m) => m.name));
  await pause(50);
  assert.equal(await h.frame.getByRole("button", { name: "Show earlier" }).isVisible(), false);
});
