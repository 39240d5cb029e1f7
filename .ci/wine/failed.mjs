// Prints the packages that failed, from what `go test -json` says of them.

import { readFileSync } from 'node:fs';

for (const line of readFileSync(0, 'utf8').split('\n').filter((l) => l.startsWith('{'))) {
  const event = JSON.parse(line);
  if (event.Action === 'fail' && !event.Test) console.log(event.Package);
}
