#!/usr/bin/env node
// Takes the desktop editor's arguments for extension tests and runs them in the server and a headless browser instead.
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { format } from "node:util";
import { editorVersions, launchBrowser, pageUrl, prepareHost, startServer } from "./host.mjs";

const ignored = new Set([
  "--no-sandbox",
  "--disable-gpu-sandbox",
  "--disable-updates",
  "--skip-welcome",
  "--skip-release-notes",
  "--no-cached-data",
  "--disable-workspace-trust",
  "--new-window",
]);
const limitMs = Number(process.env.EDITOR_SHIM_LIMIT_MS ?? 300_000);
// The workbench's own lines arrive with the tests' output.
const noise =
  /^(%c|\[|Ignoring fetching|Using builtin|mergeFeatures|ERR |WARN|INFO|Creating a socket|Invoking resolve|timed out waiting for authentication)/;

const options = { development: [], tests: undefined, folder: undefined, userData: undefined, extensions: undefined, payload: [] };
const args = process.argv.slice(2);
for (let i = 0; i < args.length; i++) {
  const [name, inline] = args[i].startsWith("--") ? args[i].split(/=(.*)/s) : [args[i], undefined];
  const value = () => inline ?? args[++i];
  if (name === "--extensionDevelopmentPath") options.development.push(resolve(value()));
  else if (name === "--extensionTestsPath") options.tests = resolve(value());
  else if (name === "--user-data-dir") options.userData = value();
  else if (name === "--extensions-dir") options.extensions = value();
  else if (name === "--disable-extensions") options.payload.push(["disableExtensions", "true"]);
  else if (name === "--folder-uri" || name === "--file-uri") options.folder = new URL(value()).pathname;
  else if (!name.startsWith("--")) options.folder ??= resolve(name);
  else if (!ignored.has(name)) process.stderr.write(`editorShim: ignoring ${name}\n`);
}

async function main() {
  if (options.tests !== undefined && !existsSync(options.tests)) {
    throw new Error(`no such tests file: ${options.tests}`);
  }
  const scratch = mkdtempSync(join(tmpdir(), "asm-editor-"));
  const server = await startServer({
    host: prepareHost(process.env.EDITOR_VERSION ?? editorVersions.current),
    scratch,
    userData: options.userData,
    extensions: options.extensions,
    smokeDriver: true,
  });
  let browser;
  try {
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const finished = new Promise((done) => {
      setTimeout(() => done(124), limitMs).unref();
      page.on("crash", () => done(1));
      void server.exited.then(() => done(1));
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done(130));
      void page.exposeFunction("codeAutomationExit", (code) => done(code === 0 ? 0 : 1));
      void page.exposeFunction("codeAutomationLog", (_type, values) => {
        const line = format(...values);
        if (!noise.test(line)) process.stdout.write(`${line}\n`);
      });
    });
    const payload = [
      ...options.payload,
      ...options.development.map((path) => ["extensionDevelopmentPath", `vscode-remote://remote${path}`]),
    ];
    if (options.tests !== undefined) payload.push(["extensionTestsPath", `vscode-remote://remote${options.tests}`]);
    let folder = options.folder;
    if (folder !== undefined && statSync(folder).isFile() && !folder.endsWith(".code-workspace")) {
      payload.push(["openFile", `vscode-remote://127.0.0.1:${server.port}${folder}`]);
      folder = undefined;
    }
    await page.goto(pageUrl(server, folder, payload));
    return await finished;
  } finally {
    await browser?.close();
    await new Promise((done) => setTimeout(done, 500));
    await server.stop();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`editorShim: ${error.stack}\n`);
    process.exit(1);
  },
);
