// npm start: builds, writes a sample project connected to the sandbox, and opens an editor on it.
// npm start -- [--web] [--no-open] [--port N]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { root } from "./build.mjs";
import { findEditor, openInEditor } from "./desktopEditor.mjs";
import { installExtension, pageUrl, prepareHost, startServer, supported, unsupportedReason, writeSettings } from "./host.mjs";
import { localPages } from "./localPages.mjs";
import { vsix } from "./package.mjs";

const sample = join(root, "sample");
const scratch = join(root, ".cache", "start");
const userData = join(scratch, "user-data");
const extensions = join(scratch, "extensions");

function options(args) {
  const known = { web: false, open: true, port: 0 };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--web") known.web = true;
    else if (args[i] === "--no-open") known.open = false;
    else if (args[i] === "--port" && /^\d{1,5}$/.test(args[i + 1] ?? "") && Number(args[i + 1]) < 65536) known.port = Number(args[++i]);
    else {
      process.stderr.write(`npm start: unknown option ${args[i]}\nusage: npm start -- [--web] [--no-open] [--port N]\n`);
      process.exit(2);
    }
  }
  return known;
}

function fail(why) {
  process.stderr.write(`npm start: ${why}\n`);
  process.exit(1);
}

function must(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\n`);
    fail(`${command} ${args.join(" ")} failed.`);
  }
}

/** A complete project with one mistake to repair; what the user has changed since is left alone. */
function writeSample() {
  if (existsSync(join(sample, "appstream-pipeline.json"))) {
    return;
  }
  must(process.execPath, [
    join(root, "dist", "cli.js"),
    "new",
    sample,
    "--preset",
    "recommended",
    "--name",
    "sample",
    "--region",
    "us-east-1",
  ]);
  mkdirSync(join(sample, ".vscode"), { recursive: true });
  writeFileSync(
    join(sample, ".vscode", "settings.json"),
    `${JSON.stringify({ "appstreamMonitor.connection.kind": "sandbox", "appstreamMonitor.connection.region": "us-east-1" }, undefined, 2)}\n`,
  );
  const file = join(sample, "appsettings.json");
  const text = readFileSync(file, "utf8");
  const broken = text.replace(
    /("SinkRef": ")(\w)/,
    (_all, before, letter) => before + (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()),
  );
  writeFileSync(file, broken);
}

const whatFirst = `
The sample project is open and connected to the sandbox: no AWS account is used.
  1. Open appsettings.json and repair the underlined mistake (Ctrl+. or Cmd+.).
  2. F1, "AppStream: Deploy Pipeline…": read what will be created, confirm, watch it happen.
  3. F1, "AppStream: Tail Logs…": read Windows events of simulated sessions.
`;

function openDesktop(editor) {
  // The editor does not ask whether to trust a project that this script wrote.
  writeSettings(userData);
  if (!openInEditor(editor, { userData, extensions, vsix, folder: sample })) {
    fail(`${editor} could not install the extension.`);
  }
  process.stdout.write(whatFirst);
}

/** Undefined when the port can be used, else why not. */
function portProblem(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code }) =>
      resolve(
        code === "EADDRINUSE"
          ? `port ${port} is taken. Choose another one with --port N, or leave it out: any free port is used then.`
          : `port ${port} cannot be used (${code}). Choose one above 1023 with --port N.`,
      ),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(undefined)));
  });
}

async function openWeb({ open, port }) {
  if (!supported) {
    fail(`no desktop editor was found, and the web editor ${unsupportedReason}. Install Visual Studio Code and try again.`);
  }
  const host = prepareHost();
  rmSync(extensions, { recursive: true, force: true });
  installExtension(host, extensions, vsix);
  const pages = await localPages();
  const server = await startServer({ host, scratch, userData, extensions, port, env: { VSCODE_PROXY_URI: pages.template } });
  const url = pageUrl(server, sample);
  process.stdout.write(`${whatFirst}\nready ${url}\n`);
  if (open && (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY) !== undefined) {
    spawn("xdg-open", [url], { stdio: "ignore", detached: true })
      .on("error", () => process.stderr.write("Open the address above in a browser.\n"))
      .unref();
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => void server.stop().then(() => process.exit(0)));
  }
  await server.exited;
  process.exit(1);
}

const chosen = options(process.argv.slice(2));
const editor = chosen.web ? undefined : findEditor();
const problem = editor === undefined ? await portProblem(chosen.port) : undefined; // Told before anything is built.
if (problem !== undefined) {
  fail(problem);
}
process.stderr.write("Building…\n");
must(process.execPath, [join(root, "tools", "package.mjs")]);
writeSample();
if (editor === undefined) {
  await openWeb(chosen);
} else {
  openDesktop(editor);
}
