// A bridge for tests only: MCP's streamable HTTP on loopback, one server
// process on stdio behind each session. It answers every request with one JSON
// body, which the transport allows. The server's notifications are dropped.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

/** Serves `command args…`. Returns the url, and a close that returns each process's exit code. */
export async function startBridge(command, args, env) {
  const sessions = new Map();
  const ends = [];

  function startSession() {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
    const waiting = new Map();
    const ended = once(child, "close").then(([code]) => {
      for (const { reject } of waiting.values()) reject(new Error(`the server left with ${code}`));
      return code;
    });
    ends.push(ended);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line);
      waiting.get(message.id)?.resolve(line);
      waiting.delete(message.id);
    });
    const session = {
      id: randomUUID(),
      ended,
      send: (message) => child.stdin.write(JSON.stringify(message) + "\n"),
      ask: (message) =>
        new Promise((resolve, reject) => {
          waiting.set(message.id, { resolve, reject });
          session.send(message);
        }),
      close: () => child.stdin.end(),
    };
    sessions.set(session.id, session);
    return session;
  }

  async function handle(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    let session = sessions.get(request.headers["mcp-session-id"]);
    if (request.method === "DELETE" && session) {
      sessions.delete(session.id);
      session.close();
      return response.writeHead(200).end();
    }
    if (request.method !== "POST") return response.writeHead(405).end();
    const message = JSON.parse(Buffer.concat(chunks));
    if (message.method === "initialize") session = startSession();
    if (!session) return response.writeHead(404).end();
    if (message.id === undefined || message.method === undefined) {
      session.send(message);
      return response.writeHead(202).end();
    }
    const answer = await session.ask(message);
    response.writeHead(200, { "content-type": "application/json", "mcp-session-id": session.id }).end(answer);
  }

  const http = createServer((request, response) =>
    handle(request, response).catch((error) => response.writeHead(502).end(String(error))),
  );
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${http.address().port}/mcp`,
    close: async () => {
      for (const session of sessions.values()) session.close();
      http.closeAllConnections();
      http.close();
      return Promise.all(ends);
    },
  };
}
