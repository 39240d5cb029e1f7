// How each host is started. It gets a home of its own, the demo server and the
// address of the model API. A site is that server over HTTP: its address and the
// credentials to send. Nothing here is a real credential.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { anthropic, google, openai } from "./model.mjs";

const module = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));

/**
 * The hosts, one entry for each way to give tools to a model:
 *
 *   dialect   the model API that the host speaks
 *   start     writes the host's files into home; returns arguments of node and environment,
 *             and setup: what node runs before, in which folder
 *   reveal    the first call of a model whose host holds the tools back until asked
 *   offer     finds a tool in the answer of reveal, if the next request does not list it
 *   called    the host's name for a tool of the server "scenario"
 *   ask       the model's call of a tool, if it is not the name with the arguments
 *   wraps     what the host puts around an answer
 *   inner     takes the answer out of what wraps leaves, if it is not the answer yet
 *   changes   what the host is known to change in a schema
 *   http      the server is a site, and the host is told of it as docs/teams.md says
 */
export const hosts = {
  claude: {
    ...claude({}),
    reveal: toolSearch("mcp__scenario__"),
  },

  // alwaysLoad puts all tools into the first request.
  "claude-always": claude({ alwaysLoad: true }),

  "claude-http": { ...claude({ alwaysLoad: true }), title: "Claude Code over HTTP", http: true },

  // The folder of a release, installed as a plugin.
  "claude-plugin": {
    ...claude({}),
    title: "Claude Code with the plugin",
    called: (tool) => ({ name: `mcp__plugin_scenario-mcp_scenario__${tool}` }),
    reveal: toolSearch("mcp__plugin_scenario-mcp_scenario__"),
    start(home, url, program, prompt) {
      const { args: [cli], env } = claude({}).start(home, url, program, prompt);
      return {
        setup: {
          folder: release(home, program),
          commands: [
            [cli, "plugin", "validate", "--strict", "./"],
            [cli, "plugin", "install", "scenario-mcp", "--marketplace", "./", "--config", `api_key=${key}`, "--config", `api_secret=${secret}`],
          ],
        },
        args: [cli, "--print", prompt, "--allowedTools", "mcp__plugin_scenario-mcp_scenario"],
        env,
      };
    },
  },

  // The default model of Codex writes programs, and calls tools from them.
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

  // An older model searches for tools with a tool.
  "codex-search": {
    ...codex("gpt-5.5", "gpt-5.5"),
    called: (tool) => ({ name: tool, namespace: "mcp__scenario" }),
    reveal: () => ({ search: { query: "scenario models" } }),
    wraps: /^Wall time: [\d.]+ seconds\nOutput:\n([^]*)$/,
  },

  // A model that Codex does not know gets all tools in its request.
  "codex-direct": {
    ...codex("a model it does not know", "scripted"),
    called: (tool) => ({ name: tool, namespace: "mcp__scenario" }),
    wraps: /^Wall time: [\d.]+ seconds\nOutput:\n([^]*)$/,
  },

  "codex-http": {
    ...codex("a server over HTTP", "scripted"),
    called: (tool) => ({ name: tool, namespace: "mcp__scenario" }),
    wraps: /^Wall time: [\d.]+ seconds\nOutput:\n([^]*)$/,
    http: true,
  },

  gemini: gemini("Gemini CLI"),

  "gemini-http": { ...gemini("Gemini CLI over HTTP"), http: true },

  // The folder of a release, installed as an extension. A question for a setting
  // needs a terminal, so the two come from the environment here.
  "gemini-extension": {
    ...gemini("Gemini CLI with the extension"),
    start(home, url, program, prompt) {
      const { args, env } = gemini().start(home, url, undefined, prompt);
      const folder = release(home, program);
      writeJSON(join(home, ".gemini", "trustedFolders.json"), { [folder]: "TRUST_FOLDER" });
      return {
        setup: {
          folder,
          commands: [
            [args[0], "extensions", "validate", "."],
            [args[0], "extensions", "install", ".", "--consent", "--skip-settings"],
          ],
        },
        args,
        env: { ...env, SCENARIO_API_KEY: key, SCENARIO_API_SECRET: secret },
      };
    },
  },
};

function gemini(title) {
  return {
    title,
    package: "@google/gemini-cli",
    dialect: google,
    called: (tool) => ({ name: `mcp_scenario_${tool}` }),
    wraps: /^(?:\[Tool '[^\n]*' provided the following image data with mime-type: [^\n]*\]\n)?<untrusted_context>\n([^]*)\n<\/untrusted_context>$/,
    changes: ["with wait_for_previous"],
    start(home, url, program, prompt, site) {
      const server = site ? { httpUrl: site.address, headers: { Authorization: `Basic ${site.basic}` } } : { command: program, args: ["-demo"] };
      mkdirSync(join(home, ".gemini"));
      writeJSON(join(home, ".gemini", "settings.json"), {
        ...(program && { mcpServers: { scenario: { ...server, trust: true } } }),
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
  };
}

function claude(settings) {
  return {
    title: ["Claude Code", ...Object.keys(settings)].join(" with "),
    package: "@anthropic-ai/claude-code",
    dialect: anthropic,
    called: (tool) => ({ name: `mcp__scenario__${tool}` }),
    // Claude Code saves a picture as a file, and names the file.
    wraps: /^(?:\[Image: source: [^\n]*\]\n)?([^]*)$/,
    changes: [],
    start(home, url, program, prompt, site) {
      const server = site
        ? { type: "http", url: site.address, headers: { Authorization: "Basic ${SCENARIO_BASIC}" } }
        : { command: program, args: ["-demo"] };
      const config = join(home, "mcp.json");
      writeJSON(config, { mcpServers: { scenario: { ...server, ...settings } } });
      return {
        args: [
          module("@anthropic-ai/claude-code/cli-wrapper.cjs"),
          "--print", prompt, "--mcp-config", config, "--strict-mcp-config", "--allowedTools", "mcp__scenario",
        ],
        env: {
          SCENARIO_BASIC: site?.basic ?? "",
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

/** Returns how a model of Claude Code asks for tools that the host names with a prefix. */
function toolSearch(prefix) {
  return (tools) => ({
    name: "ToolSearch",
    args: { query: `select:${tools.map((tool) => prefix + tool)}`, max_results: tools.length },
  });
}

function codex(title, model) {
  return {
    title: `Codex CLI with ${title}`,
    package: "@openai/codex",
    dialect: openai,
    changes: ["without default", "without maximum", "without minimum", "without maxItems"],
    start(home, url, program, prompt, site) {
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
${site ? `url = ${text(site.address)}
env_http_headers = { Authorization = "SCENARIO_AUTHORIZATION" }` : `command = ${text(program)}
args = ["-demo"]`}
`);
      return {
        args: [module("@openai/codex/bin/codex.js"), "exec", "--skip-git-repo-check", prompt],
        env: { CODEX_HOME: dir, SCRIPTED_KEY: "no-key", SCENARIO_AUTHORIZATION: `Basic ${site?.basic}` },
      };
    },
  };
}

/** Returns a program's answer without the lines that Codex puts before it. */
const unheaded = (answer) => answer.slice(answer.indexOf("\n\n") + 2);

const key = "sample-key", secret = "sample-secret";

/**
 * Makes the folder of a release. In place of the program is one that demands
 * both secrets, and serves the samples.
 */
function release(home, program) {
  const folder = join(home, "scenario-mcp");
  for (const name of [".claude-plugin", "gemini-extension.json"]) {
    cpSync(new URL(`../../${name}`, import.meta.url), join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, "scenario-mcp"), `#!/bin/sh
[ "$SCENARIO_API_KEY $SCENARIO_API_SECRET" = "${key} ${secret}" ] && exec ${program} -demo
`, { mode: 0o755 });
  return folder;
}

const writeJSON = (file, value) => writeFileSync(file, JSON.stringify(value));
