// npm run test:engines: the contract suite of the data plane and the tail against real engines.
// `npm run test:engines -- es71 opensearch2` chooses engines, `-- file:tail` the test files whose path contains "tail".
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildTests, outFile, root } from "./build.mjs";

const outdir = join(root, "out", `engines-${process.pid}`);
const say = (line) => process.stdout.write(`${line}\n`);

function run(files, engines) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TEST_ENGINES: engines.join(",") },
    });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
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
    const { code, text } = await run(
      tests.map((file) => outFile(outdir, file)),
      ready,
    );
    const number = (label) => Number(new RegExp(`^. ${label} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
    say(`\n${number("pass")} passed, ${number("fail")} failed`);
    process.exitCode = code === 0 && number("pass") > 0 ? 0 : 1;
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
