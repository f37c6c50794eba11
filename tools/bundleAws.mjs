// Makes dist/aws.js. Of the SDK's clients only what is used goes in, for which esbuild needs help in two places.
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A key in brackets counts as a side effect, so every operation's schema would be kept: `[_h]` becomes `"http"`. */
function plainKeys(text) {
  const names = new Map([...text.matchAll(/^(?:const|var) (\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]));
  return text.replaceAll(/\[(\w+)\]:/g, (key, name) => (names.has(name) ? `${names.get(name)}:` : key));
}

const usedPartsOfSdk = {
  name: "used parts of the SDK",
  setup({ onLoad }) {
    const schemas = /[\\/]@aws-sdk[\\/](?:client-[\w-]+|nested-clients)[\\/]dist-es[\\/].*schemas_0\.js$/;
    onLoad({ filter: schemas }, ({ path }) => ({ contents: plainKeys(readFileSync(path, "utf8")), loader: "js" }));
    // A client reads its own version from its manifest, and nothing else.
    onLoad({ filter: /[\\/]@aws-sdk[\\/][\w-]+[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

await build({
  entryPoints: ["src/aws.ts"],
  outfile: "dist/aws.js",
  absWorkingDir: join(import.meta.dirname, ".."),
  bundle: true,
  external: ["vscode"],
  supported: { "dynamic-import": false },
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  loader: { ".ps1": "text" },
  mainFields: ["module", "main"],
  logLevel: "warning",
  plugins: [usedPartsOfSdk],
});
