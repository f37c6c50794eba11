// Builds test files: node tools/build.mjs OUTDIR FILE…  (the product's bundles are script lines in package.json)
import { build } from "esbuild";
import { join, relative, dirname } from "node:path";

export const root = join(import.meta.dirname, "..");

/** One CommonJS file per test file, unminified, packages left to Node. */
export async function buildTests(files, outdir, { alias = {}, external = [] } = {}) {
  await build({
    entryPoints: files.map((file) => ({ in: file, out: relative(join(root, "test"), file).replace(/\.ts$/, "") })),
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    external,
    alias,
    loader: { ".ps1": "text" },
    supported: { "dynamic-import": true },
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "warning",
    absWorkingDir: root,
  });
}

export function outFile(outdir, file) {
  return join(outdir, dirname(relative(join(root, "test"), file)), file.replace(/^.*[\\/]/, "").replace(/\.ts$/, ".js"));
}
