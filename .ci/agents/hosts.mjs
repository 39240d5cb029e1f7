// How each host is started: with nothing but a home of its own, the demo server
// and an address of the model API. Nothing here is a real credential.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anthropic, google, openai } from "./model.mjs";

const module = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));

/**
 * Each host, once for each way it gives tools to a model:
 *
 *   dialect   the model API it speaks
 *   start     writes its files into home and returns arguments of node, and environment
 *   reveal    the call that a model makes first where definitions are kept back
 *   offer     where they are not among the tools of the request after it: finds one in the answer
 *   called    how a tool of the server "scenario" is named
 *   ask       how it is called, where that is not by its name and arguments
 *   wraps     what it puts around an answer
 *   changes   what it is known to change in a schema
 */
export const hosts = {
  claude: {
    ...claude({}),
    reveal: (tools) => ({
      name: "ToolSearch",
      args: { query: `select:${tools.map((tool) => `mcp__scenario__${tool}`)}`, max_results: tools.length },
    }),
  },

  // A setting of its own has all in the first request.
  "claude-always": claude({ alwaysLoad: true }),

  // The model that Codex takes by itself calls tools from programs it writes.
  codex: {
    ...codex("its default model"),
    called: (tool) => ({ name: `mcp__scenario__${tool}` }),
    reveal: () => ({ name: "exec", program: `text(ALL_TOOLS.filter((tool) => tool.name.includes("scenario")))` }),
    offer: (answer, name) => JSON.parse(unheaded(answer)).find((tool) => tool.name === name)?.description,
    ask: (tool, args) => ({
      name: "exec",
      program:
        `const result = await tools.mcp__scenario__${tool}(${JSON.stringify(args)});\n` +
        (tool === "show_models"
          ? `for (const part of result.content) part.type === "image" ? image(part) : text(part.text);`
          : `text(result);`),
    }),
    wraps: /^Script completed\nWall time [\d.]+ seconds\nOutput:\n\n([^]*)$/,
    inner: (text) => (text.startsWith("{") ? JSON.parse(text).content[0].text : text),
  },

  // An older one finds tools with a tool of their own.
  "codex-search": {
    ...codex("gpt-5.5", "gpt-5.5"),
    called: (tool) => ({ name: tool, namespace: "mcp__scenario" }),
    reveal: () => ({ search: { query: "scenario models" } }),
    wraps: /^Wall time: [\d.]+ seconds\nOutput:\n([^]*)$/,
  },

  // One it does not know, as with a provider of one's own, has all in its request.
  "codex-direct": {
    ...codex("a model it does not know", "scripted"),
    called: (tool) => ({ name: tool, namespace: "mcp__scenario" }),
    wraps: /^Wall time: [\d.]+ seconds\nOutput:\n([^]*)$/,
  },

  gemini: {
    title: "Gemini CLI",
    package: "@google/gemini-cli",
    dialect: google,
    called: (tool) => ({ name: `mcp_scenario_${tool}` }),
    wraps: /^(?:\[Tool '[^\n]*' provided the following image data with mime-type: [^\n]*\]\n)?<untrusted_context>\n([^]*)\n<\/untrusted_context>$/,
    changes: ["with wait_for_previous"],
    start(home, url, program, prompt) {
      mkdirSync(join(home, ".gemini"));
      writeJSON(join(home, ".gemini", "settings.json"), {
        mcpServers: { scenario: { command: program, args: ["-demo"], trust: true } },
        security: { auth: { selectedType: "gemini-api-key" } },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      });
      return {
        args: [
          module("@google/gemini-cli/bundle/gemini.js"),
          "--prompt", prompt, "--skip-trust", "--approval-mode", "yolo",
        ],
        env: { GEMINI_CLI_HOME: home, GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: "no-key" },
      };
    },
  },
};

function claude(settings) {
  return {
    title: ["Claude Code", ...Object.keys(settings)].join(" with "),
    package: "@anthropic-ai/claude-code",
    dialect: anthropic,
    called: (tool) => ({ name: `mcp__scenario__${tool}` }),
    // Of a picture it keeps a file, and says where.
    wraps: /^(?:\[Image: source: [^\n]*\]\n)?([^]*)$/,
    changes: [],
    start(home, url, program, prompt) {
      const config = join(home, "mcp.json");
      writeJSON(config, { mcpServers: { scenario: { command: program, args: ["-demo"], ...settings } } });
      return {
        args: [
          module("@anthropic-ai/claude-code/cli-wrapper.cjs"),
          "--print", prompt, "--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__scenario",
        ],
        env: {
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_API_KEY: "no-key",
          CLAUDE_CONFIG_DIR: join(home, "claude"),
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
          DISABLE_AUTOUPDATER: "1",
          DISABLE_TELEMETRY: "1",
          DISABLE_ERROR_REPORTING: "1",
        },
      };
    },
  };
}

function codex(title, model) {
  return {
    title: `Codex CLI with ${title}`,
    package: "@openai/codex",
    dialect: openai,
    changes: ["without default", "without maximum", "without minimum", "without maxItems"],
    start(home, url, program, prompt) {
      const dir = join(home, "codex");
      mkdirSync(dir);
      const text = JSON.stringify; // a JSON string is a TOML string
      writeFileSync(join(dir, "config.toml"), `
${model ? `model = ${text(model)}` : ""}
model_provider = "scripted"
check_for_update_on_startup = false
approval_policy = "never"
sandbox_mode = "read-only"

[analytics]
enabled = false

[model_providers.scripted]
name = "Scripted"
base_url = ${text(url + "/v1")}
wire_api = "responses"
env_key = "SCRIPTED_KEY"

[mcp_servers.scenario]
command = ${text(program)}
args = ["-demo"]
`);
      return {
        args: [module("@openai/codex/bin/codex.js"), "exec", "--skip-git-repo-check", prompt],
        env: { CODEX_HOME: dir, SCRIPTED_KEY: "no-key" },
      };
    },
  };
}

/** The answer of a program without the lines that Codex puts before it. */
const unheaded = (answer) => answer.slice(answer.indexOf("\n\n") + 2);

const writeJSON = (file, value) => writeFileSync(file, JSON.stringify(value));
