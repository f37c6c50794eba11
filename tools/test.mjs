// npm test: every suite that needs only Node, cheapest first. `npm test -- unit contract` runs those alone;
// `npm test -- unit:sandbox` only the unit files whose path contains "sandbox".
import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildTests, outFile, root } from "./build.mjs";
import { editorVersions, prepareHost, supported, unsupportedReason } from "./host.mjs";
import { hostApi } from "./hostApi.mjs";
import { packageAndCheck } from "./package.mjs";

const out = join(root, "out");
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: options.capture ? ["ignore", "pipe", "inherit"] : "inherit",
      env: { ...process.env, ...options.env },
    });
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
    child.on("error", () => resolve({ code: 1, text }));
  });
}

const npx = (tool, ...args) => run(process.execPath, [join(root, "node_modules", ...tool.split("/")), ...args]);

function record(name, ok, passed = ok ? 1 : 0, failed = ok ? 0 : 1) {
  counts.passed += passed;
  counts.failed += ok ? failed : Math.max(1, failed);
  if (!ok) {
    failures.push(name);
  }
}

function skip(name, reason) {
  counts.skipped++;
  process.stdout.write(`skipped ${name}: ${reason}\n`);
}

function testFiles(folder, part = "") {
  const found = [];
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const full = join(path, entry.name);
      if (entry.isDirectory()) {
        walk(full);
      } else if (entry.name.endsWith(".test.ts") && full.includes(part)) {
        found.push(full);
      }
    }
  };
  if (existsSync(join(root, "test", folder))) {
    walk(join(root, "test", folder));
  }
  return found.sort();
}

export async function nodeTests(folder, part, options = {}) {
  const files = testFiles(folder, part);
  if (files.length === 0) {
    return;
  }
  const outdir = join(out, part === undefined ? "test" : `test-${process.pid}`);
  await buildTests(files, outdir, options);
  const { code, text } = await run(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${options.concurrency ?? availableParallelism()}`,
      "--test-reporter=spec",
      ...files.map((file) => outFile(outdir, file)),
    ],
    { capture: true, env: options.env },
  );
  if (part !== undefined) {
    rmSync(outdir, { recursive: true, force: true });
  }
  const number = (label) => Number(new RegExp(`^. ${label} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  counts.skipped += number("skipped");
  record(folder, code === 0 && number("pass") > 0, number("pass"), number("fail"));
}

async function apiSuite(name, version) {
  const result = await hostApi(version);
  if (result.skipped === undefined) {
    record(name, result.ok, result.passed, result.failed);
  } else {
    skip(name, result.skipped);
  }
}

const suites = {
  types: async () => record("types", (await npx("typescript/bin/tsc", "-p", ".")).code === 0),
  lint: async () => {
    record("lint", (await npx("eslint/bin/eslint.js", "--max-warnings", "0", "src", "test")).code === 0);
    record(
      "format",
      (await npx("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "src/**/*.ts", "test/**/*.ts", "tools/**/*.mjs")).code ===
        0,
    );
  },
  unit: (part) => nodeTests("unit", part),
  // Fuzzing with many runs, and half an hour of faults on a real engine; LONG_ENGINE chooses which.
  long: async () => {
    await nodeTests("unit", "uzz" /* of fuzz… and …Fuzz */, { env: { FUZZ_RUNS: "100000" } });
    const engine = process.env.LONG_ENGINE ?? "opensearch2";
    const env = { TAIL_SOAK_SECONDS: "1800", ...process.env };
    record("soak", (await run(process.execPath, [join(root, "tools", "testEngines.mjs"), engine, "file:soak"], { env })).code === 0);
  },
  adapter: (part) => nodeTests("adapter", part, { alias: { vscode: join(root, "test", "fakes", "vscode.ts") } }),
  build: async () => record("build", (await run("npm", ["run", "--silent", "build"], { env: { FORCE_COLOR: "0" } })).code === 0),
  contract: (part) => nodeTests("contract", part),
  package: async () => {
    const { passed, failures: found } = packageAndCheck();
    found.forEach((text) => process.stdout.write(`${text}\n`));
    record("package", found.length === 0, passed, found.length);
  },
  "host/api": () => apiSuite("host/api"),
  "host/oldest": () => apiSuite("host/oldest", editorVersions.oldest),
  "host/ui": async (part) => {
    if (supported) {
      prepareHost();
      await nodeTests("host/ui", part, { concurrency: 1 }); // Its files share one sample project and one sandbox.
    } else {
      skip("host/ui", unsupportedReason);
    }
  },
};

const chosen = process.argv.slice(2);
const plan =
  chosen.length === 0
    ? Object.keys(suites)
        .filter((name) => name !== "long")
        .map((name) => [name])
    : chosen.map((name) => name.split(":"));
for (const [name, part] of plan) {
  const suite = suites[name];
  if (suite === undefined) {
    process.stderr.write(`unknown suite ${name}; known: ${Object.keys(suites).join(" ")}\n`);
    process.exit(2);
  }
  const started = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  await suite(part);
  process.stdout.write(`== ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
if (failures.length > 0) {
  process.stdout.write(`\nfailed: ${failures.join(", ")}\n`);
}
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(counts.failed === 0 ? 0 : 1);
