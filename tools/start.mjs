// npm start: builds, writes a sample project connected to the sandbox, and opens an editor on it.
// npm start -- [--web] [--no-open] [--port N]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./build.mjs";
import { installExtension, pageUrl, prepareHost, startServer, supported, unsupportedReason } from "./host.mjs";
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
    else if (args[i] === "--port" && /^\d+$/.test(args[i + 1] ?? "")) known.port = Number(args[++i]);
    else {
      process.stderr.write(`npm start: unknown option ${args[i]}\nusage: npm start -- [--web] [--no-open] [--port N]\n`);
      process.exit(2);
    }
  }
  return known;
}

function must(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\nnpm start: ${command} ${args.join(" ")} failed\n`);
    process.exit(1);
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

function desktopEditor() {
  const windows = process.platform === "win32";
  for (const name of ["code", "code-insiders", "codium", "cursor"]) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, windows ? `${name}.cmd` : name);
      if (folder !== "" && existsSync(path)) return path;
    }
  }
  const usual = {
    darwin: [
      "/Applications/Visual Studio Code.app",
      join(homedir(), "Applications/Visual Studio Code.app"),
      "/Applications/VSCodium.app",
      "/Applications/Cursor.app",
    ].flatMap((app) => ["code", "codium", "cursor"].map((name) => join(app, "Contents/Resources/app/bin", name))),
    win32: [
      join(process.env.LOCALAPPDATA ?? "", "Programs\\Microsoft VS Code\\bin\\code.cmd"),
      join(process.env.ProgramFiles ?? "", "Microsoft VS Code\\bin\\code.cmd"),
      join(process.env.LOCALAPPDATA ?? "", "Programs\\VSCodium\\bin\\codium.cmd"),
    ],
    linux: ["/usr/share/code/bin/code", "/usr/bin/code", "/snap/bin/code", "/usr/share/codium/bin/codium"],
  };
  return (usual[process.platform] ?? []).find((path) => existsSync(path));
}

const whatFirst = `
The sample project is open and connected to the sandbox: no AWS account is used.
  1. Open appsettings.json and repair the underlined mistake (Ctrl+. or Cmd+.).
  2. F1, "AppStream: Deploy Pipeline…": read what will be created, confirm, watch it happen.
  3. F1, "AppStream: Tail Logs…": read Windows events of simulated sessions.
`;

function openDesktop(editor) {
  const shell = process.platform === "win32";
  const quoted = (text) => (shell ? `"${text}"` : text);
  const own = ["--user-data-dir", quoted(userData), "--extensions-dir", quoted(extensions)];
  const installed = spawnSync(quoted(editor), [...own, "--install-extension", quoted(vsix), "--force"], { shell, stdio: "inherit" });
  if (installed.status !== 0) {
    process.stderr.write(`npm start: ${editor} could not install the extension\n`);
    process.exit(1);
  }
  spawn(quoted(editor), [...own, "--new-window", quoted(sample)], { shell, stdio: "ignore", detached: true }).unref();
  process.stdout.write(whatFirst);
}

async function openWeb({ open, port }) {
  if (!supported) {
    process.stderr.write(
      `npm start: no desktop editor was found, and the web editor ${unsupportedReason}. Install Visual Studio Code and try again.\n`,
    );
    process.exit(1);
  }
  const host = prepareHost();
  rmSync(extensions, { recursive: true, force: true });
  installExtension(host, extensions, vsix);
  const server = await startServer({ host, scratch, userData, extensions, port });
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
process.stderr.write("Building…\n");
must(process.execPath, [join(root, "tools", "package.mjs")]);
writeSample();
const editor = chosen.web ? undefined : desktopEditor();
if (editor === undefined) {
  await openWeb(chosen);
} else {
  openDesktop(editor);
}
