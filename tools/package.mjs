// Packages the extension and checks what ships: the exact kinds of files, sizes, and what the first bundle must not hold.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";

export const vsix = join(root, "appstream-monitor.vsix");
const limits = { vsix: 1024 * 1024, vsixAim: 600 * 1024, extension: 60 * 1024 };

const shipped = [
  /^dist\/(extension|main|language|aws|sandbox|cli)\.js$/,
  /^media\/[\w./-]+\.(svg|png|md|json|css|js)$/,
  /^snippets\/\w+\.json$/,
  /^docs\/[\w/-]+\.md$/,
  /^(package\.json|package\.nls\.json|package\.nls\.ko\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
];

function vsce(...args) {
  const tool = join(root, "node_modules", "@vscode", "vsce", "vsce");
  return spawnSync(process.execPath, [tool, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, npm_config_loglevel: "error" },
  });
}

/** @returns {{ passed: number, failures: string[] }} */
export function packageAndCheck() {
  const failures = [];
  let passed = 0;
  const check = (ok, text) => {
    if (ok) passed++;
    else failures.push(text);
  };
  const packaged = vsce("package", "--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links", "--out", vsix);
  check(packaged.status === 0, `vsce package failed: ${packaged.stderr}${packaged.stdout}`);
  if (packaged.status !== 0) {
    return { passed, failures };
  }
  const files = vsce("ls", "--no-dependencies")
    .stdout.split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.includes(" "));
  const strangers = files.filter((file) => !shipped.some((pattern) => pattern.test(file)));
  check(strangers.length === 0, `files that must not ship: ${strangers.join(", ")}`);
  for (const bundle of ["extension", "main", "language", "aws", "sandbox", "cli"]) {
    check(files.includes(`dist/${bundle}.js`), `dist/${bundle}.js is missing`);
  }
  const size = statSync(vsix).size;
  check(size <= limits.vsix, `the package is ${size} bytes, more than ${limits.vsix}`);
  const sizes = ["extension", "main"].map((bundle) => statSync(join(root, "dist", `${bundle}.js`)).size);
  const [extension, main] = sizes;
  check(extension + main <= limits.extension, `dist/extension.js and main.js are ${extension + main} bytes, more than ${limits.extension}`);
  const text = ["extension", "main"].map((bundle) => readFileSync(join(root, "dist", `${bundle}.js`), "utf8")).join("");
  check(!/smithy|aws-sdk/i.test(text), "dist/extension.js or main.js holds parts of the SDK");
  process.stdout.write(
    `package: ${size} bytes (aim ${limits.vsixAim}), dist/extension.js: ${extension} bytes, main.js: ${main}, ${files.length} files\n`,
  );
  return { passed, failures };
}

if (process.argv[1] === import.meta.filename) {
  const { failures } = packageAndCheck();
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  process.exit(failures.length === 0 ? 0 : 1);
}
