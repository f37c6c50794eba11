import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as l10n from "@vscode/l10n";
import { checkFile } from "../../src/core/project/checkFile";

interface Call {
  readonly path: string;
  readonly line: number;
  readonly message: string | undefined;
  readonly args: number;
  readonly atLoad: boolean;
}

interface Tool {
  calls(path: string, text: string): Omit<Call, "path">[];
  sourceCalls(): Call[];
  bundleFiles(): string[];
  readBundle(name: string): Record<string, string>;
  compare(
    calls: readonly Pick<Call, "message" | "args">[],
    bundle: Record<string, string>,
  ): Record<"missing" | "superfluous" | "mismatched", string[]>;
  toTranslate(missing: readonly string[]): string;
  placeholders(message: string): string[];
}

const loaded = import(new URL(`file://${join(process.cwd(), "tools", "l10n.mjs")}`).href) as Promise<Tool>;
const sourceCalls = loaded.then((tool) => tool.sourceCalls());
const place = ({ path, line, message }: Call): string => `${path}:${line} ${message ?? "(no literal)"}`;

test("every message of the source is a literal, asked for when it is shown", async () => {
  const found = await sourceCalls;
  assert.ok(found.length > 1500);
  assert.deepEqual(found.filter(({ message }) => message === undefined).map(place), []);
  assert.deepEqual(found.filter(({ atLoad }) => atLoad).map(place), [], "evaluated at load, before the bundle is known");
});

test("a message's placeholders are numbers, as many as it has arguments", async () => {
  const tool = await loaded;
  const wrong = (await sourceCalls).filter(({ message = "", args }) => {
    const numbers = [...message.matchAll(/{(\d+)}/g)].map((match) => match[1] ?? "");
    const taken = args === 0 ? [] : tool.placeholders(message);
    return String([...new Set(numbers)].sort()) !== String(taken) || numbers.some((number) => Number(number) >= args);
  });
  assert.deepEqual(wrong.map(place), []);
});

test("every bundle has every message of the source, no other, and the same placeholders", async (t) => {
  const tool = await loaded;
  for (const name of tool.bundleFiles()) {
    const { missing, superfluous, mismatched } = tool.compare(await sourceCalls, tool.readBundle(name));
    await t.test(`${name} is complete: translate and paste the lines, then npm run l10n -- --write`, () => {
      assert.equal(tool.toTranslate(missing), "");
    });
    await t.test(`${name} has nothing that the source lost: npm run l10n -- --write drops it`, () => {
      assert.deepEqual(superfluous, []);
    });
    await t.test(`${name} keeps the placeholders`, () => {
      assert.deepEqual(mismatched, []);
    });
  }
});

test("the Korean bundle is Korean", async () => {
  const bundle = (await loaded).readBundle("bundle.l10n.ko.json");
  const foreign = Object.entries(bundle).filter(([message, text]) => !/[가-힣]/.test(text) && (message !== text || /[a-z]/i.test(text)));
  assert.deepEqual(foreign, []);
});

test("the comparison finds a missing, a superfluous and a mismatched message", async () => {
  const tool = await loaded;
  const source = tool.calls("x.ts", `const a = () => vscode.l10n.t("One {0}", 1); const b = l10n.t("Two"); l10n.t("At {0} and {x}", b);`);
  assert.deepEqual(
    source.map(({ message, args, atLoad }) => [message, args, atLoad]),
    [
      ["One {0}", 1, false],
      ["Two", 0, true],
      ["At {0} and {x}", 1, true],
    ],
  );
  const compared = tool.compare(source, { "One {0}": "하나", Three: "셋", "At {0} and {x}": "{x}의 {0}" });
  assert.deepEqual(compared, { missing: ["Two"], superfluous: ["Three"], mismatched: ["One {0}"] });
});

test("with the Korean bundle the problems of a file and their fixes are Korean", async () => {
  const text = '{"Sources": [], "Sinks": [{"Id": "S", "SinkType": "KinesisFirehos", "extra": 1}], "Pipes": []}';
  const check = (): string[] =>
    checkFile("agent", text).flatMap(({ message, fixes = [] }) => [message, ...fixes.map(({ title }) => title)]);
  const english = check();
  try {
    l10n.config({ contents: (await loaded).readBundle("bundle.l10n.ko.json") });
    const korean = check();
    assert.equal(korean.length, english.length);
    assert.ok(korean.length > 2);
    const foreign = korean.filter((line) => !/[가-힣]/.test(line));
    assert.deepEqual(foreign, []);
  } finally {
    l10n.config({ contents: {} });
  }
});
