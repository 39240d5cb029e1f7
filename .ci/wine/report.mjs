// Reads what `go test -json` says of the tests in Wine, and fails unless all of
// them ran but those named here. Its argument is a file that lists the packages
// with tests.

import { readFileSync } from 'node:fs';

// Tests that skip themselves, and why. Files named _unix_test.go are about
// signals, owners and devices, and are not built.
const skipped = new Map(
  Object.entries({
    'scenario-mcp TestScripts/terminal': 'elsewhere: it makes a terminal as Linux does',
    'scenario-mcp TestDocumentedCommands/serve': 'Wine: it has no Go to build the server with',
    'scenario-mcp/config/host TestWriteLink': 'Wine: it says that it made a symbolic link, and makes none',
    'scenario-mcp/config/host TestWriteTightens': 'Windows: the mode of a file says nothing of other users',
    'scenario-mcp/packaging TestBundle': 'elsewhere: .ci/packaging runs it, where npm has installed mcpb',
    'scenario-mcp/packaging TestFolder': 'Wine: it has no Go to build a program with',
    'scenario-mcp/packaging TestSchema': 'elsewhere: .ci/packaging runs it, with the schema',
  }),
);

const ended = new Map(); // "package test" or "package" → pass, fail or skip
const said = new Map(); // the same → its output
const others = []; // what is no event of a test, such as errors of a build
for (const line of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    others.push(line);
    continue;
  }
  const name = [event.Package, event.Test].filter(Boolean).join(' ');
  if (event.Action === 'build-output') others.push(event.Output.trimEnd());
  if (event.Action === 'output') said.set(name, (said.get(name) ?? '') + event.Output);
  if (['pass', 'fail', 'skip'].includes(event.Action)) ended.set(name, event.Action);
}

const wrong = [...others];
const passed = new Map(); // package → how many tests
for (const [name, action] of ended) {
  const [pkg, test] = name.split(' ');
  if (action === 'fail') wrong.push(`--- failed: ${name}`, said.get(name) ?? '');
  if (action === 'skip' && !skipped.has(name)) wrong.push(`--- skipped without a known reason: ${name}`, said.get(name) ?? '');
  if (action === 'pass' && test) passed.set(pkg, (passed.get(pkg) ?? 0) + 1);
}
for (const [name, reason] of skipped) {
  if (ended.get(name) === 'skip') console.log(`not run: ${name} (${reason})`);
  else wrong.push(`--- named as not run: ${name}, but it is ${ended.has(name) ? `a ${ended.get(name)}` : 'not there'}`);
}
for (const pkg of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  if (passed.get(pkg)) console.log(`${pkg}: ${passed.get(pkg)} tests and cases passed`);
  else wrong.push(`--- no test of ${pkg} passed`);
}
if (passed.size === 0) wrong.push('--- no test passed');
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}
