// npm run test:engines: the contract suite of the data plane and the tail against real engines, four engines at a time.
// `npm run test:engines -- es71 opensearch2` chooses engines, `-- file:tail` the test files whose path contains "tail".
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildTests, outFile, root } from "./build.mjs";

const outdir = join(root, "out", `engines-${process.pid}`);
const atATime = 4;
const say = (line) => process.stdout.write(`${line}\n`);

/** The tests mostly wait for the engine, so four share a small machine well; each one's lines are printed together. */
function run(files, engine) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TEST_ENGINES: engine },
    });
    const started = Date.now();
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.on("close", (code) => {
      const number = (label) => Number(new RegExp(`^. ${label} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
      const result = { passed: number("pass"), failed: number("fail") };
      say(`${text}\n== ${engine}: ${result.passed} passed, ${result.failed} failed in ${Math.round((Date.now() - started) / 1000)} s\n`);
      resolve({ ...result, ok: code === 0 && result.passed > 0 });
    });
  });
}

async function runAll(files, engines) {
  const waiting = [...engines];
  const results = [];
  const worker = async () => {
    for (let engine = waiting.shift(); engine !== undefined; engine = waiting.shift()) {
      results.push(await run(files, engine));
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return results;
}

const args = process.argv.slice(2);
const part = args.find((arg) => arg.startsWith("file:"))?.slice("file:".length) ?? "";
const folder = join(root, "test", "engines");
const tests = readdirSync(folder)
  .filter((name) => name.endsWith(".test.ts") && name.includes(part))
  .map((name) => join(folder, name));
const preparer = join(folder, "prepareAll.ts");
try {
  await buildTests([preparer, ...tests], outdir);
  const { prepareAll } = createRequire(import.meta.url)(outFile(outdir, preparer));
  const ready = await prepareAll(
    args.filter((arg) => !arg.startsWith("file:")),
    say,
  );
  if (ready.length === 0) {
    say("\n0 passed, 0 failed: no engine can run here");
    process.exitCode = 1;
  } else {
    const results = await runAll(
      tests.map((file) => outFile(outdir, file)),
      ready,
    );
    const sum = (key) => results.reduce((total, result) => total + result[key], 0);
    say(`${sum("passed")} passed, ${sum("failed")} failed`);
    process.exitCode = results.every((result) => result.ok) ? 0 : 1;
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
