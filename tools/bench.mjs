// npm run bench -- NAME…: measured comparisons, each printing ratios taken in one run. NAME is a file of test/bench.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildTests, outFile, root } from "./build.mjs";

const folder = join(root, "test", "bench");
const known = readdirSync(folder)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.slice(0, -3));
const chosen = process.argv.slice(2);
if (chosen.length === 0 || chosen.some((name) => !known.includes(name))) {
  process.stderr.write(`usage: npm run bench -- ${known.join(" | ")}\n`);
  process.exit(2);
}
const out = join(root, "out", "bench");
for (const name of chosen) {
  const file = join(folder, `${name}.ts`);
  await buildTests([file], out, { external: ["vscode"] });
  const { run } = await import(pathToFileURL(outFile(out, file)).href);
  await run();
}
