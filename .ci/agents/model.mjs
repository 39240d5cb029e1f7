// A model API that follows a script, on loopback: it answers a host's requests
// with the tool calls it is told to make, and keeps what the host gave it.
//
// It is also the proxy of the host under test. It forwards nothing, so no
// request leaves the machine. It notes where each one should have gone.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * What a model was given in one request: the host's tools under the host's
 * names; all other text before the first tool call; and the results of the
 * calls so far, by the call's id.
 *
 * @typedef {{name: string, namespace?: string, description: string, schema: object}} Tool
 * @typedef {{text: string, images: {type: string, data: string}[]}} Result
 * @typedef {{tools: Tool[], text: string, results: Map<string, Result>}} Given
 */

/**
 * Starts a model that speaks a dialect. next is called for each request of the
 * conversation, with what the model was given. It returns the model's turn: a
 * call ({id, name, namespace, args}) or the closing text ({text}). A request
 * without tools is the host's own, for a title of the session or the like.
 */
export async function startModel(dialect, next) {
  const refused = new Set(), strange = [], requests = [], models = new Set();
  let failure;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (/^\w+:/.test(request.url)) {
      refused.add(new URL(request.url).host);
      return response.writeHead(403).end();
    }
    const { pathname } = new URL(request.url, "http://model");
    const side = dialect.aside?.(pathname);
    if (side) return json(response, side);
    if (request.method !== "POST" || !dialect.path.test(pathname)) {
      strange.push(`${request.method} ${request.url}`);
      return json(response, {}, 404);
    }
    const body = JSON.parse(Buffer.concat(chunks));
    requests.push(body);
    models.add(body.model ?? /models\/([^:]+)/.exec(pathname)[1]);
    let turn = { text: dialect.smallTalk?.(body) ?? "Fine." };
    try {
      const given = dialect.given(body);
      if (given.tools.length > 0) turn = next(given, body) ?? turn;
    } catch (error) {
      failure ??= error; // the host may retry; the first failure is kept
    }
    dialect.reply(response, body, turn, pathname);
  });
  server.on("connect", (request, socket) => {
    refused.add(request.url);
    socket.on("error", () => {});
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    models,
    refused,
    strange,
    failure: () => failure,
    close: () => (server.closeAllConnections(), server.close()),
  };
}

const json = (response, value, status = 200) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));

function stream(response, events) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) {
    if (event.type) response.write(`event: ${event.type}\n`);
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

/** Returns all strings in a value, one a line. */
function textIn(value) {
  if (typeof value === "string") return value;
  if (value === null || typeof value !== "object") return "";
  return Object.values(value).map(textIn).filter(Boolean).join("\n");
}

let serial = 0;
const newID = (prefix) => `${prefix}_${++serial}`;

/** The Messages API, which Claude Code speaks. */
export const anthropic = {
  path: /^\/v1\/messages$/,
  aside: (path) => path === "/v1/messages/count_tokens" && { input_tokens: 1000 },

  given({ tools = [], system, messages }) {
    const results = new Map();
    const text = [textIn(system)];
    for (const { content } of messages) {
      for (const block of typeof content === "string" ? [{ type: "text", text: content }] : content) {
        if (block.type === "text") text.push(block.text);
        if (block.type !== "tool_result") continue;
        const parts = typeof block.content === "string" ? [{ type: "text", text: block.content }] : block.content ?? [];
        results.set(block.tool_use_id, {
          text: parts.filter((part) => part.type === "text").map((part) => part.text).join("\n"),
          images: parts
            .filter((part) => part.type === "image")
            .map(({ source }) => ({ type: source.media_type, data: source.data })),
        });
      }
    }
    return {
      tools: tools.map(({ name, description, input_schema, ...rest }) => ({ name, description, schema: input_schema, ...rest })),
      text: text.join("\n"),
      results,
    };
  },

  reply(response, { model, stream: streamed }, { id, name, args, text }) {
    const block = name ? { type: "tool_use", id, name, input: args } : { type: "text", text };
    const message = {
      id: newID("msg"), type: "message", role: "assistant", model, content: [block],
      stop_reason: name ? "tool_use" : "end_turn", stop_sequence: null,
      usage: { input_tokens: 1000, output_tokens: 10 },
    };
    if (!streamed) return json(response, message);
    const delta = name
      ? { type: "input_json_delta", partial_json: JSON.stringify(args) }
      : { type: "text_delta", text };
    stream(response, [
      { type: "message_start", message: { ...message, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: name ? { ...block, input: {} } : { ...block, text: "" } },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: message.stop_reason, stop_sequence: null }, usage: message.usage },
      { type: "message_stop" },
    ]);
  },
};

/** The Responses API, which Codex speaks. */
export const openai = {
  path: /^\/v1\/responses$/,

  given({ tools = [], instructions, input }) {
    const results = new Map();
    const text = [instructions];
    const offered = [...tools];
    for (const item of input) {
      if (item.type === "message") text.push(textIn(item.content.map((part) => part.text)));
      if (item.type === "additional_tools" || item.type === "tool_search_output") offered.push(...item.tools);
      if (item.type === "tool_search_output") results.set(item.call_id, { text: JSON.stringify(item.tools), images: [] });
      if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") continue;
      const parts = typeof item.output === "string" ? [{ type: "input_text", text: item.output }] : item.output;
      results.set(item.call_id, {
        text: parts.filter((part) => part.type === "input_text").map((part) => part.text).join("\n"),
        images: parts
          .filter((part) => part.type === "input_image")
          .map(({ image_url }) => {
            const [, type, data] = /^data:([^;]+);base64,(.*)$/s.exec(image_url);
            return { type, data };
          }),
      });
    }
    for (const tool of offered) text.push(tool.description ?? "");
    return {
      tools: offered.flatMap((tool) => {
        const plain = ({ name, description, parameters }, namespace) => ({ name, namespace, description, schema: parameters });
        return tool.type === "namespace" ? tool.tools.map((inner) => plain(inner, tool.name)) : [plain(tool)];
      }),
      text: text.join("\n"),
      results,
    };
  },

  reply(response, { model }, { id, name, namespace, args, program, search, text }) {
    let item = { type: "message", id: newID("msg"), role: "assistant", content: [{ type: "output_text", text }] };
    if (program) item = { type: "custom_tool_call", id: newID("ctc"), call_id: id, name, input: program };
    else if (search) item = { type: "tool_search_call", id: newID("tsc"), call_id: id, execution: "client", arguments: search };
    else if (name) item = { type: "function_call", id: newID("fc"), call_id: id, name, namespace, arguments: JSON.stringify(args) };
    const answer = { id: newID("resp"), object: "response", model, output: [item] };
    stream(response, [
      { type: "response.created", response: { ...answer, status: "in_progress", output: [] } },
      { type: "response.output_item.done", output_index: 0, item },
      {
        type: "response.completed",
        response: { ...answer, status: "completed", usage: { input_tokens: 1000, output_tokens: 10, total_tokens: 1010 } },
      },
    ]);
  },
};

/** The Gemini API, which Gemini CLI speaks. */
export const google = {
  path: /^\/v1beta\/models\/[^/]+:(streamGenerateContent|generateContent)$/,
  aside: (path) => path.endsWith(":countTokens") && { totalTokens: 1000 },

  // Before a session the host asks how hard the question is, to choose a model.
  smallTalk: ({ generationConfig }) =>
    generationConfig?.responseJsonSchema && JSON.stringify({ complexity_reasoning: "A catalog question.", complexity_score: 30 }),

  given({ tools = [], systemInstruction, contents }) {
    const results = new Map();
    const text = [textIn(systemInstruction)];
    for (const { parts } of contents) {
      let last; // a picture may come after its answer
      for (const part of parts) {
        if (part.functionResponse) {
          const { id, name, response, parts: inner = [] } = part.functionResponse;
          last = { text: typeof response.output === "string" ? response.output : JSON.stringify(response), images: [] };
          last.images.push(...inner.filter((p) => p.inlineData).map(picture));
          results.set(id ?? name, last);
        } else if (part.inlineData && last) {
          last.images.push(picture(part));
        } else if (part.text) {
          text.push(part.text);
        }
      }
    }
    return {
      tools: tools
        .flatMap((tool) => tool.functionDeclarations ?? [])
        .map(({ name, description, parametersJsonSchema, parameters }) => ({
          name, description, schema: parametersJsonSchema ?? parameters,
        })),
      text: text.join("\n"),
      results,
    };
  },

  reply(response, _, { id, name, args, text }, path) {
    const part = name ? { functionCall: { id, name, args } } : { text };
    const answer = {
      candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
      usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 10, totalTokenCount: 1010 },
    };
    if (path.endsWith(":generateContent")) return json(response, answer);
    stream(response, [answer]);
  },
};

const picture = ({ inlineData }) => ({ type: inlineData.mimeType, data: inlineData.data });
