import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkFile } from "../../../../src/core/project/checkFile";

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

function snippets(name: string): Snippet[] {
  return Object.values(JSON.parse(readFileSync(join("snippets", name), "utf8")) as Record<string, Snippet>);
}

/** What the editor inserts when every tab stop is left as it is. */
function expanded({ body }: Snippet): string {
  return body
    .join("\n")
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, "$1")
    .replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, "$1")
    .replace(/\\([\\$}])/g, "$1");
}

for (const name of ["agent.json", "session.json"]) {
  for (const snippet of snippets(name)) {
    test(`the snippet ${snippet.prefix} inserts valid JSON`, () => {
      assert.doesNotThrow(() => JSON.parse(expanded(snippet)) as unknown, expanded(snippet));
    });
  }
}

test("the snippets of whole files give no error and no warning", () => {
  const [agent] = snippets("agent.json");
  const [session] = snippets("session.json");
  assert.ok(agent !== undefined && session !== undefined);
  assert.deepEqual(checkFile("agent", expanded(agent)), []);
  assert.deepEqual(checkFile("session", expanded(session)), []);
});
