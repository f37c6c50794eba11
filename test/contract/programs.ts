import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";

/** Builds the command line and the bundles that it loads into a folder; the command line is its `cli.js`. */
export async function buildPrograms(folder: string): Promise<void> {
  const options = {
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    loader: { ".ps1": "text" },
    external: ["vscode", "./aws.js", "./language.js", "./sandbox.js"],
    supported: { "dynamic-import": false },
  } satisfies BuildOptions;
  const program = (name: string) => build({ ...options, entryPoints: [`src/${name}.ts`], outfile: join(folder, `${name}.js`) });
  await Promise.all(["aws", "language", "sandbox", "cli"].map(program));
}
