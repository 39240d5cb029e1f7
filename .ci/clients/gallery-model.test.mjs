// What the gallery shows of a model: its card, its page, and beside others.
import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually, good, isFocused, look, page, pictures, rows, settled } from "./gallery/checks.mjs";
import { openByHand } from "./gallery/hand.mjs";
import { startForFile } from "./gallery/stage.mjs";

const { browser, open } = await startForFile();

const box = (locator) => locator.evaluate((n) => n.getBoundingClientRect().toJSON());
const dialogOf = (g) => g.frame.getByRole("dialog");

for (const width of [320, 1200]) {
  test(`cards tell models apart, ${width} px`, async (t) => {
    const g = await open(t, { tool: "search_models", arguments: { query: "", limit: 20 }, width });
    await settled(g.frame, 20);
    const cards = await g.frame.locator(".card").evaluateAll((all) => all.map((c) => ({
      lines: c.querySelector("strong").getClientRects().length, height: c.querySelector("strong").offsetHeight,
      icon: c.querySelector("[role=img]")?.ariaLabel, plan: c.querySelector(".plan").textContent, tags: c.querySelector(".tell").textContent,
    })));
    const models = g.result.structuredContent.models, bare = (s) => s.toLowerCase().replace(/[^a-z0-9]/g, "");
    for (const [i, c] of cards.entries()) {
      assert.ok(c.height < 24, `${models[i].name} is on one line`);
      assert.equal(c.plan, models[i].scope === "private" ? "Yours" : models[i].plan ?? "Free");
      assert.ok(c.icon, models[i].name);
      const tags = c.tags.split(", ").filter(Boolean);
      assert.ok(tags.length <= 2 && !tags.some((tag) => bare(tag) === bare(models[i].type ?? "custom")), c.tags);
    }
    assert.ok(new Set(cards.map((c) => c.tags)).size > 15, "most have tags of their own");
    await good(g);
  });
}

test("what cannot be used looks it", async (t) => {
  const g = await open(t, { tool: "list_private_models", arguments: { status: ["training", "failed"] } });
  await settled(g.frame, 2);
  for (const [state, says] of [["training", "Still training"], ["failed", "Its training failed"]]) {
    const card = g.frame.locator(".card.off", { has: g.frame.locator(".badge", { hasText: state }) });
    await card.locator(".open").click();
    await dialogOf(g).getByText(says).waitFor();
    assert.equal(await dialogOf(g).getByRole("button", { name: /^Use/ }).count(), 0);
    await g.page.keyboard.press("Escape");
  }
  const old = await open(t, { tool: "search_models", arguments: { query: "Sample Base Classic", include_deprecated: true, limit: 1 } });
  await old.frame.locator(".card.off .badge", { hasText: "retired" }).waitFor();
  await old.frame.locator(".open").click();
  assert.equal(await dialogOf(old).getByRole("button", { name: /^Use/ }).count(), 0);
  await dialogOf(old).getByText("Retired. Use").waitFor();
  await look(old, "retired");
  await dialogOf(old).locator(".note").getByRole("button").click();
  await dialogOf(old).getByRole("heading", { name: "Sample Base One" }).waitFor();
  await dialogOf(old).getByRole("button", { name: /^Use this model: Sample Base One/ }).waitFor();
  await dialogOf(old).getByRole("button", { name: "Back" }).click();
  await dialogOf(old).getByRole("heading", { name: "Sample Base Classic" }).waitFor();
  assert.ok(await isFocused(dialogOf(old).getByRole("heading")), "the focus is not lost");
  await good(old);
});

test("a missing picture shows initials, and no digits", async (t) => {
  const h = await openByHand(t, browser);
  const names = [["Sample Pixel Forge", "PF"], ["Veo 3.1", "V"], ["3.1", "SO"], ["和風 スタイル", "和ス"], ["🎨", "SO"]];
  await h.result(page(names.map(([name], i) => ({ id: "model_sea-otter" + "_".repeat(i), name })), names.length));
  assert.deepEqual(await h.frame.locator(".tile").allTextContents(), names.map(([, initials]) => initials));
});

for (const width of [320, 1200]) {
  test(`pictures of a model, ${width} px`, async (t) => {
    const g = await open(t, { tool: "search_models", arguments: { query: "Sample Base One", limit: 3 }, width });
    await settled(g.frame, 3);
    const card = await box(g.frame.locator(".card .tile").first());
    await g.frame.locator(".open", { hasText: "Sample Base One" }).click();
    const strip = dialogOf(g).getByRole("button", { name: /^Picture \d of 6$/ });
    await eventually(() => strip.count(), 6);
    const big = dialogOf(g).locator(".big");
    assert.ok((await box(big)).width > 1.2 * card.width, "larger than on the card");
    const addresses = await dialogOf(g).locator("img").evaluateAll((all) => all.map((i) => i.src));
    assert.ok(addresses.every((a) => a.startsWith(g.csp.resourceDomains[0] + "/")));
    const before = await big.locator("img").getAttribute("src");
    await strip.nth(3).click();
    assert.notEqual(await big.locator("img").getAttribute("src"), before);
    assert.equal(await strip.nth(3).getAttribute("aria-pressed"), "true");
    await big.locator("img").evaluate((i) => i.decode());
    await look(g, `model-${width}`);
    assert.equal(await g.frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing is wider than the page");
    await good(g);
  });
}

test("facts in a person's words, and links to other models", async (t) => {
  const g = await open(t, { tool: "search_models", arguments: { query: "Sample Logo Mint", limit: 1 } });
  await settled(g.frame, 1);
  await g.frame.locator(".open").click();
  await dialogOf(g).getByText("Makes").waitFor();
  await dialogOf(g).getByRole("rowheader").first().waitFor();
  const facts = await dialogOf(g).locator("dl").evaluate((dl) => Object.fromEntries([...dl.querySelectorAll("dt")].map((t) => [t.textContent, t.nextSibling.textContent])));
  const { "Runs on": runs, Makes, Licence, "Your data": data } = facts;
  assert.deepEqual({ runs, Makes, Licence, data }, { runs: "Sample Letterpress", Makes: "Text to image", Licence: "typeset.example/eula", data: "No retention" });
  assert.match(await dialogOf(g).getByRole("table").textContent(), /Width width256 to 2048, in steps of 32 · default 1024 · changes the price/);
  assert.equal(await dialogOf(g).getByRole("button", { name: "Open in Scenario" }).count(), 0, "samples have no page there");
  await dialogOf(g).getByRole("button", { name: "Sample Letterpress" }).click();
  await dialogOf(g).getByRole("heading", { name: "Sample Letterpress" }).waitFor();
  await dialogOf(g).getByRole("rowheader").first().waitFor();
  assert.equal((await g.asked()).calls.at(-1).arguments.ids[0], "model_sample-letterpress");

  await g.frame.evaluate(() => addEventListener("copy", () => (window.copied = String(getSelection()))));
  await dialogOf(g).getByRole("button", { name: "Copy id" }).click();
  await dialogOf(g).getByText("Copied").waitFor();
  assert.equal(await g.frame.evaluate(() => window.copied), "model_sample-letterpress");
  await good(g);
});

test("opens Scenario through the host", async (t) => {
  const h = await openByHand(t, browser, { hostCapabilities: { serverTools: {}, openLinks: {} } });
  await h.result(page(rows(1), 1));
  await h.frame.locator(".open").click();
  await h.reply(await h.seen("tools/call"), {
    content: [], structuredContent: { models: [{ id: "m0", name: "Name 0" }] }, _meta: { "scenario/gallery": { pages: "https://app.example.com/models/" } },
  });
  await h.frame.getByRole("button", { name: "Open in Scenario" }).click();
  const asked = await h.seen("ui/open-link");
  assert.equal(asked.params.url, "https://app.example.com/models/m0");
  await h.reply(asked, { isError: true });
  await h.frame.getByText("It is at https://app.example.com/models/m0").waitFor();
});

for (const width of [320, 1200]) {
  test(`compares values, ${width} px`, async (t) => {
    const g = await open(t, { tool: "list_public_models", arguments: { limit: 6 }, width });
    await settled(g.frame, 6);
    assert.equal(await pictures(g.frame), 6);
    const grid = await box(g.frame.locator("#cards"));
    const pick = (i) => g.frame.locator(".pick").nth(i).click();
    await pick(0);
    await g.frame.getByText("Pick one more").waitFor();
    assert.deepEqual(await box(g.frame.locator("#cards")), grid, "nothing moves");
    await pick(1);
    assert.deepEqual(await box(g.frame.locator("#cards")), grid);
    if (width > 320) await pick(2);
    assert.equal(await g.frame.locator(".pick:disabled").count(), width > 320 ? 3 : 4, "so many are enough");

    await g.frame.locator("#compare").click();
    const row = (name) => dialogOf(g).locator("tbody", { has: g.frame.getByRole("rowheader", { name, exact: true }) }).locator("tr").last();
    await row("Width width").waitFor();
    assert.equal(await row("Width width").locator("td").first().textContent(), "256 to 2048, in steps of 32 · default 1024 · changes the price");
    assert.match(await row("Plan").textContent(), /^Free planFree plan/);
    assert.equal(await row("Updated").getAttribute("class"), "", "what differs stands out");
    assert.equal(await row("Made of").count(), 0, "what none has is left out");
    assert.equal(await row("Prompt prompt").getAttribute("class"), "same", "what is equal stands back");
    const broken = await dialogOf(g).evaluate((d) => {
      const all = [], walk = document.createTreeWalker(d, NodeFilter.SHOW_TEXT);
      for (let n; (n = walk.nextNode());) for (const { index, 0: word } of n.data.matchAll(/\S+/g)) {
        const range = new Range();
        range.setStart(n, index);
        range.setEnd(n, index + word.length);
        if (new Set([...range.getClientRects()].map((r) => r.top)).size > 1) all.push(word);
      }
      return all.filter((word) => !word.includes("-"));
    });
    assert.deepEqual(broken, [], "no word is broken inside");
    assert.equal(await g.frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "nothing is wider than the page");

    await dialogOf(g).evaluate((d) => d.scrollTo(0, 300));
    const [close, around] = [await box(dialogOf(g).getByRole("button", { name: "Close" })), await box(dialogOf(g))];
    assert.ok(around.right - close.right < 16 && Math.abs(close.top - around.top) < 16, "the close button stays in its corner");
    await dialogOf(g).getByRole("button", { name: /^Use this model/ }).first().click();
    await g.frame.getByText("Chosen:").waitFor();
    const outline = (css) => g.frame.locator(css).first().evaluate((n) => getComputedStyle(n).outline);
    assert.notEqual(await outline(".chosen .tile"), await outline(".picked:not(.chosen) .tile"), "picked and chosen look different");
    await look(g, `chosen-${width}`);
    await good(g);
  });
}
