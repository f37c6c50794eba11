import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const root = process.cwd();
const source = join(root, "src");

async function table(): Promise<Record<string, readonly string[]>> {
  const url = new URL(`file://${join(root, "tools", "imports.mjs")}`).href;
  const loaded = (await import(url)) as { allowed: Record<string, readonly string[]> };
  return loaded.allowed;
}

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      yield* files(path);
    } else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts")) {
      yield path;
    }
  }
}

function imports(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']/g)) {
    found.push(match[1] ?? "");
  }
  for (const match of text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g)) {
    found.push(match[1] ?? match[2] ?? "");
  }
  for (const match of text.matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)) {
    found.push(match[1] ?? "");
  }
  return found;
}

/** "core/config/rules/ids.ts" → the most specific row that covers it. */
function rowOf(path: string, rows: Record<string, readonly string[]>): string | undefined {
  return Object.keys(rows)
    .filter((row) => path.startsWith(`${row}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function permits(pattern: string, target: string): boolean {
  return pattern.endsWith("*") ? target.startsWith(pattern.slice(0, -1)) : target === pattern || target.startsWith(`${pattern}/`);
}

test("every import follows the table of who may import whom", async () => {
  const rows = await table();
  const breaches: string[] = [];
  for (const path of files(source)) {
    const name = relative(source, path).replaceAll("\\", "/");
    const row = rowOf(name, rows);
    if (row === undefined) {
      continue;
    }
    for (const specifier of imports(readFileSync(path, "utf8"))) {
      const target = specifier.startsWith(".") ? relative(source, resolve(dirname(path), specifier)).replaceAll("\\", "/") : specifier;
      if (target.endsWith(".ps1")) {
        continue;
      }
      if (!(rows[row] ?? []).some((pattern) => permits(pattern, target))) {
        breaches.push(`${name} imports ${target}`);
      }
    }
  }
  assert.deepEqual(breaches, []);
});

test("the reader of import lines sees static, type-only, side-effect, dynamic and required imports", () => {
  assert.deepEqual(
    imports(
      `import a from "x";\nimport type { B } from './y';\nimport "z";\nexport * from "w";\nvoid import("v");\nimport u = require("u");`,
    ).sort(),
    ["./y", "u", "v", "w", "x", "z"],
  );
});

test("the page about libraries names each of them, and no other", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const page = readFileSync(join(root, "tools", "libraries.md"), "utf8");
  const named = [...page.matchAll(/^\| `([^`]+)` \| \S.* \|$/gm)].map(([, name]) => name);
  assert.deepEqual(named, [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]);
});
