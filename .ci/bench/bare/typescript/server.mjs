// A yardstick: the least server that the official TypeScript SDK makes. Its one
// tool passes each call through to the API.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const { SCENARIO_BASE_URL, SCENARIO_API_KEY, SCENARIO_API_SECRET } = process.env;
const authorization = "Basic " + Buffer.from(`${SCENARIO_API_KEY}:${SCENARIO_API_SECRET}`).toString("base64");

const server = new McpServer({ name: "bare", version: "1.0.0" });
server.registerTool("list_models", { description: "Lists models." }, async () => {
  const response = await fetch(`${SCENARIO_BASE_URL}/models/public?pageSize=20`, { headers: { authorization } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const { models } = await response.json();
  const rows = models.map(({ id, name, type, capabilities, tags }) => ({ id, name, type, capabilities, tags }));
  return { content: [{ type: "text", text: JSON.stringify(rows) }] };
});
await server.connect(new StdioServerTransport());
