import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Activation } from "./activationProbe/probe";

const ours = "appstream-monitor.appstream-monitor";
const anchors = ["ms-vscode.js-debug", "vscode.grunt"] as const;
const hosts = 5;

interface Host {
  readonly supported: boolean;
  readonly unsupportedReason: string;
  readonly prepareHost: () => object;
  readonly installExtension: (host: object, extensions: string, vsix: string) => void;
}

interface Build {
  readonly buildTests: (files: readonly string[], outdir: string, options: { readonly external: readonly string[] }) => Promise<void>;
  readonly outFile: (outdir: string, file: string) => string;
}

interface Package {
  readonly vsix: string;
  readonly packageAndCheck: () => { readonly failures: readonly string[] };
}

interface Measured {
  /** Milliseconds of each host, by extension. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** Of our first command. */
  readonly first: readonly number[];
}

const root = process.cwd();

/** Activation of the packaged extension beside two that ship with the editor, each alone in a settled host. */
export async function run(): Promise<void> {
  const { supported, unsupportedReason, prepareHost, installExtension } = await tool<Host>("host.mjs");
  if (!supported) {
    say(`cannot run here: it ${unsupportedReason}`);
    return;
  }
  const { vsix, packageAndCheck } = await tool<Package>("package.mjs");
  const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  const { failures } = packageAndCheck();
  if (built.status !== 0 || failures.length > 0) {
    throw new Error(`the package is not right: ${failures.join("; ")}`);
  }
  const scratch = mkdtempSync(join(tmpdir(), "asm-activation-"));
  try {
    const extensions = join(scratch, "extensions");
    installExtension(prepareHost(), extensions, vsix);
    waitToBeAsked(extensions);
    const { times, first } = await measure(scratch, extensions);
    const median = (id: string): number => middle(times.get(id) ?? []);
    for (const [id, all] of times) {
      say(`${id}: median ${median(id).toFixed(1)} ms (${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)}), ${all.length} hosts`);
    }
    say(`ours ÷ js-debug: ${(median(ours) / median("ms-vscode.js-debug")).toFixed(3)} (aim 0.1)`);
    say(`ours ÷ grunt: ${(median(ours) / median("vscode.grunt")).toFixed(2)}`);
    say(`our first command, which loads what activation left: median ${middle(first).toFixed(1)} ms`);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Without its activation events the installed copy is activated by the probe and nothing else. */
function waitToBeAsked(extensions: string): void {
  const folder = readdirSync(extensions).find((name) => name.startsWith(`${ours}-`)) ?? "";
  const file = join(extensions, folder, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...manifest, activationEvents: [] }));
}

/** Tests run only in a host that develops an extension: one that does nothing. */
function testsOwner(scratch: string): string {
  const folder = join(scratch, "owner");
  mkdirSync(folder);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "owner", publisher: "bench", version: "0.0.1", engines: { vscode: "*" } }),
  );
  return folder;
}

async function measure(scratch: string, extensions: string): Promise<Measured> {
  const { buildTests, outFile } = await tool<Build>("build.mjs");
  const probe = join(root, "test", "bench", "activationProbe", "probe.ts");
  const out = join(scratch, "out");
  await buildTests([probe], out, { external: ["vscode"] });
  const folder = join(scratch, "folder");
  mkdirSync(folder);
  const owner = testsOwner(scratch);
  const times = new Map<string, number[]>();
  const first: number[] = [];
  for (let host = 0; host < hosts; host++) {
    const ids = host % 2 === 0 ? [ours, ...anchors] : [...anchors, ours].reverse();
    const list = join(scratch, "ids.json");
    writeFileSync(list, JSON.stringify(ids));
    const shim = join(root, "tools", "editorShim.mjs");
    const options = ["--user-data-dir", join(scratch, `user-${host}`), "--extensions-dir", extensions];
    const ran = spawnSync(
      process.execPath,
      [shim, "--extensionDevelopmentPath", owner, "--extensionTestsPath", outFile(out, probe), ...options, folder],
      {
        encoding: "utf8",
        env: { ...process.env, ACTIVATION_IDS: list },
      },
    );
    const line = /^activations (.*)$/m.exec(ran.stdout)?.[1];
    if (line === undefined) {
      throw new Error(`the editor gave no times:\n${ran.stdout}${ran.stderr}`);
    }
    const found = JSON.parse(line) as Activation[];
    say(
      `host ${host + 1}: ${found.map(({ id, already, ms }) => `${id} ${already ? "already active" : `${ms.toFixed(1)} ms`}`).join(", ")}`,
    );
    for (const { id, already, ms, firstCommandMs } of found) {
      if (already) {
        throw new Error(`${id} was active before it was asked for: its time says nothing`);
      }
      times.set(id, [...(times.get(id) ?? []), ms]);
      first.push(...(firstCommandMs === undefined ? [] : [firstCommandMs]));
    }
  }
  return { times, first };
}

async function tool<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(join(root, "tools", name)).href)) as Module;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
