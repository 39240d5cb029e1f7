import { readFileSync } from "node:fs";

const source = (name) => readFileSync(new URL(`../../../tools/gallery/${name}`, import.meta.url), "utf8");
const html = source("page.html").replace(/\{\{(.+)\}\}\n/g, (_, name) => source(name));

/**
 * Opens the gallery in a host whose answers the test gives by hand, in any order.
 * Only ui/initialize is answered at once.
 */
export async function openByHand(t, browser, initialized = { hostCapabilities: { serverTools: {} } }) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.evaluate(({ html, initialized }) => {
    const frame = Object.assign(document.createElement("iframe"), { sandbox: "allow-scripts", srcdoc: html, width: 700, height: 700 });
    window.seen = [];
    window.send = (message) => frame.contentWindow.postMessage({ jsonrpc: "2.0", ...message }, "*");
    addEventListener("message", ({ data }) => {
      window.seen.push(data);
      if (data.method === "ui/initialize") window.send({ id: data.id, result: initialized });
    });
    document.body.append(frame);
  }, { html, initialized });
  await page.waitForFunction(() => window.seen.some((m) => m.method === "ui/notifications/initialized"));

  const send = (message) => page.evaluate((message) => window.send(message), message);
  const host = {
    page,
    frame: page.frames()[1],
    send,
    /** Waits for the nth message, from 0, of a method. */
    async seen(method, n = 0) {
      const found = await page.waitForFunction(({ method, n }) => window.seen.filter((m) => m.method === method)[n], { method, n });
      return found.jsonValue();
    },
    /** Shows what a tool answered, as if the assistant had called it. */
    result: (result, given = {}) => send({ method: "ui/notifications/tool-input", params: { arguments: given } })
      .then(() => send({ method: "ui/notifications/tool-result", params: result })),
    reply: ({ id }, result) => send({ id, result }),
    refuse: ({ id }, message) => send({ id, error: { code: -32000, message } }),
    /** Returns when the gallery has handled all that was sent so far. */
    async settled() {
      const id = Math.random();
      await send({ id, method: "ping" });
      await page.waitForFunction((id) => window.seen.some((m) => m.id === id), id);
    },
  };
  return host;
}
