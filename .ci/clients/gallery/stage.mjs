// A stage for the gallery: Chromium, a host page with the official AppBridge,
// the sandbox proxy on another origin, and the program behind a bridge.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { text } from "node:stream/consumers";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { startBridge } from "../bridge.mjs";
import { program, quiet } from "../harness.mjs";

const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";
const out = fileURLToPath(new URL("../../out/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** Starts Chromium without access to any network. */
export async function startBrowser(t) {
  if (!existsSync(executable)) throw new Error(`${executable} is needed; run .ci/run clients`);
  const browser = await chromium.launch({
    executablePath: executable,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  t.after(() => browser.close());
  await mkdir(out, { recursive: true });
  return browser;
}

/** Starts a browser and a stage for all tests of a file. */
export async function startForFile() {
  const tasks = [];
  const ends = { after: (task) => tasks.unshift(task) };
  after(async () => {
    for (const task of tasks) await task();
  });
  const browser = await startBrowser(ends);
  return { browser, open: await startStage(ends, browser) };
}

/** Starts the program and the two servers. Returns a function that opens a gallery on them. */
export async function startStage(t, browser, { args = ["-demo"], env = {} } = {}) {
  const bridge = await startBridge(program, args, { ...quiet, ...env });
  const host = await serve(t, async (request, response) => {
    if (request.url === "/mcp") return forward(request, response, bridge.url);
    const path = request.url === "/" ? "gallery/host.html" : request.url.slice(1);
    const file = await readFile(new URL(`../${path}`, import.meta.url));
    response.writeHead(200, { "content-type": types[extname(path)] ?? "text/plain" }).end(file);
  });
  const sandbox = await serve(t, async (request, response) => {
    const csp = JSON.parse(new URL(request.url, "http://sandbox").searchParams.get("csp"));
    response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy(csp) });
    response.end(await readFile(new URL("sandbox.html", import.meta.url)));
  });
  t.after(() => bridge.close());

  /** Shows the answer of a tool and returns the page and the gallery's frame. */
  return async function open(t, { width = 760, height = 900, ...show }) {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
    t.after(() => context.close());
    const page = await context.newPage();
    const problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(host);
    await page.waitForFunction(() => window.show);
    const { csp, result } = await page.evaluate((s) => window.show(s), { sandbox, ...show });
    // On a busy machine the frame gets its document after the page says it is there.
    let frame;
    for (const end = Date.now() + 30_000; !frame && Date.now() < end; await page.waitForTimeout(20)) {
      frame = page.frames().find((f) => f.url() === "about:srcdoc");
    }
    return {
      page, frame, csp, result, problems, host,
      asked: () => page.evaluate(() => window.asked),
      /** Makes the window as tall as the gallery, so that every picture loads, and keeps a screenshot. */
      screenshot: async (name) => {
        const { height } = await page.locator("iframe").boundingBox();
        await page.setViewportSize({ width, height: Math.ceil(height) });
        await frame.evaluate(() => {
          const seen = [...document.images].filter((image) => image.checkVisibility());
          return Promise.all(seen.map((image) => image.decode().catch(() => {})));
        });
        await page.screenshot({ path: `${out}gallery-${name}.png` });
      },
    };
  };
}

/** The content security policy that the specification derives from a resource's domains. */
function policy({ resourceDomains = [], connectDomains = [] }) {
  const from = (...sources) => [...sources, ...resourceDomains].join(" ");
  return [
    "default-src 'none'",
    `script-src ${from("'self'", "'unsafe-inline'")}`,
    `style-src ${from("'self'", "'unsafe-inline'")}`,
    `connect-src ${["'self'", ...connectDomains].join(" ")}`,
    `img-src ${from("'self'", "data:")}`,
    `font-src ${from("'self'")}`,
    `media-src ${from("'self'", "data:")}`,
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'self'",
  ].join("; ");
}

async function serve(t, handle) {
  const server = createServer((request, response) =>
    handle(request, response).catch((error) => response.writeHead(404).end(String(error))),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

// The page may ask only its own origin, and the bridge has another.
async function forward(request, response, url) {
  const body = request.method === "POST" ? await text(request) : undefined;
  const headers = request.headers["mcp-session-id"] ? { "mcp-session-id": request.headers["mcp-session-id"] } : {};
  const answer = await fetch(url, { method: request.method, headers, body });
  const kept = ["content-type", "mcp-session-id"].filter((h) => answer.headers.has(h)).map((h) => [h, answer.headers.get(h)]);
  response.writeHead(answer.status, Object.fromEntries(kept)).end(await answer.text());
}
