// What the tests of the gallery share.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const axe = await readFile(fileURLToPath(new URL("../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");

/** Rows of a made-up list; every second one is tagged "odd". */
export const rows = (n, from = 0) => Array.from({ length: n }, (_, i) => ({ id: `m${from + i}`, name: `Name ${from + i}`, tags: (from + i) % 2 ? ["odd"] : ["even"] }));
export const page = (models, total, next_offset, offset = 0) => ({
  content: [],
  structuredContent: { models, total, offset, next_offset },
  _meta: { "scenario/gallery": { tool: "search_models" } },
});
export const details = (id) => ({ content: [], structuredContent: { models: [{ id, name: `Name ${id.slice(1)}`, inputs: [{ name: "prompt", type: "string" }] }] } });

/** Waits until a number of cards is there and their pictures have loaded or failed. */
export async function settled(frame, cards) {
  await frame.locator(".card[data-id]").nth(cards - 1).waitFor();
  assert.equal(await frame.locator(".card").count(), cards);
}

/** Scrolls to every picture and returns how many have loaded. */
export async function pictures(frame) {
  for (const img of await frame.locator(".card img").all()) {
    await img.scrollIntoViewIfNeeded();
    await img.evaluate((i) => i.decode());
  }
  return frame.locator(".card img").evaluateAll((all) => all.filter((i) => i.naturalWidth > 100).length);
}

export const focused = (frame) => frame.evaluate(() => document.activeElement.textContent);

export const isFocused = (button) => button.evaluate((b) => b === document.activeElement);

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A browser acts on a key a moment later.
export async function eventually(look, want, message) {
  for (let i = 0; i < 50 && (await look()) !== want; i++) await pause(100);
  assert.equal(await look(), want, message);
}

/** Keeps a screenshot, and asserts that axe-core finds nothing serious. */
export async function look(g, name) {
  await g.screenshot(name);
  await accessible(g.frame);
}

async function accessible(frame) {
  await frame.evaluate(`window.axe ?? eval(${JSON.stringify(axe)})`);
  const { violations, passes } = await frame.evaluate(() => window.axe.run());
  assert.ok(passes.length > 10);
  const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
  assert.deepEqual(serious.map((v) => [v.id, v.nodes.map((n) => n.html)]), []);
}

/** Asserts that neither the page nor the host reported an error. */
export async function good(g) {
  assert.deepEqual(g.problems, []);
  assert.deepEqual((await g.asked()).errors, []);
}
