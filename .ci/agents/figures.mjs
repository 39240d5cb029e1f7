// Writes what was measured into docs/agents.md.
import { readFileSync, writeFileSync } from "node:fs";

const page = new URL("../../docs/agents.md", import.meta.url);
const begin = "<!-- Written by .ci/agents/run -update. -->\n", end = "<!-- End of what is written. -->\n";

/** Brings the figures to the page. Without update it only returns whether they are there. */
export function writeFigures(measured, update) {
  const text = readFileSync(page, "utf8");
  const [before, rest] = text.split(begin);
  const after = rest.split(end)[1];
  const now = before + begin + tables(measured) + end + after;
  if (update) writeFileSync(page, now);
  return update || now === text;
}

function tables(measured) {
  const number = (n) => n.toLocaleString("en-US");
  const columns = [
    ["Host", ({ title, version }) => `${title}, ${version}`],
    ["A tool's name", ({ names }) => names.map((name) => `\`${name}\``).join(" and ")],
    ["Definitions", ({ when, bytes }) => `${when}, ${number(bytes)} bytes`],
    ["Schemas", ({ schemas }) => schemas],
    [`Instructions (${measured[0].characters} characters)`, ({ instructions }) => instructions],
    ["Models named to the API", ({ models }) => models.map((model) => `\`${model}\``).join(", then ")],
  ];
  const calls = measured[0].calls.map(({ name, sent }, i) =>
    [`\`${name}\``, sent.replace(", keys in another order", "").replace(/\d{4,}/, (n) => number(+n)), ...measured.map((one) => number(one.calls[i].given))]);
  return [
    table(columns.map(([heading]) => heading), measured.map((one) => columns.map(([, cell]) => cell(one)))),
    `\nThe picture of \`show_models\` has ${number(measured[0].picture)} bytes, and arrives byte for byte. The other answers, in bytes as sent and as each model was given them:\n\n`,
    table(["Call", "Sent", ...measured.map(({ title }) => title)], calls),
  ].join("");
}

const table = (headings, rows) =>
  [headings, headings.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
