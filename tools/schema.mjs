// Writes media/appstream-pipeline.schema.json from src/core/pipeline/definitionSchema.ts: node tools/schema.mjs
import { build } from "esbuild";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

const { outputFiles } = await build({
  entryPoints: [join(root, "src/core/pipeline/definitionSchema.ts")],
  bundle: true,
  format: "esm",
  write: false,
});
const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
writeFileSync(join(root, "media/appstream-pipeline.schema.json"), `${JSON.stringify(module.definitionSchema, undefined, 2)}\n`);
