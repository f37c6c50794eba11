import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { addressOf, parseSandboxArguments, startSandbox, untilSignalled } from "./run";
import type { Sandbox } from "./server";

const lockName = "sandbox.lock";

/** The one sandbox of a user: writes where it listens, ends some minutes after the last request. Resolves with the exit code. */
export async function runDetached(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      state: { type: "string" },
      "address-file": { type: "string" },
      "idle-minutes": { type: "string" },
      port: { type: "string" },
      speed: { type: "string" },
      seed: { type: "string" },
      person: { type: "string" },
      fault: { type: "string", multiple: true },
    },
  });
  const parsed = parseSandboxArguments(values);
  const addressFile = values["address-file"];
  const idleMinutes = Number(values["idle-minutes"] ?? "10");
  if ("problem" in parsed || values.state === undefined || addressFile === undefined || !(idleMinutes > 0)) {
    process.stderr.write(`${"problem" in parsed ? parsed.problem : "--state, --address-file and --idle-minutes are needed."}\n`);
    return 2;
  }
  mkdirSync(values.state, { recursive: true });
  const lock = join(values.state, lockName);
  const first = takeLock(lock);
  if (first !== undefined) {
    return joinFirst(first, addressFile);
  }
  const sandbox = await startSandbox(parsed);
  if (sandbox === undefined) {
    rmSync(lock, { force: true });
    return 1;
  }
  const address = JSON.stringify({ pid: process.pid, ...addressOf(sandbox) });
  writeWhole(lock, address);
  writeWhole(addressFile, address);
  process.stdout.write(`${address}\n`);
  await Promise.race([untilSignalled(), untilIdle(sandbox, idleMinutes * 60_000)]);
  removeIfOwn(addressFile, address);
  await sandbox.stop();
  removeIfOwn(lock, address);
  return 0;
}

/** Somebody else serves this state folder: their address is ours. */
function joinFirst(first: string, addressFile: string): number {
  writeWhole(addressFile, first);
  process.stdout.write(`${first}\n`);
  return 0;
}

/** Undefined when this process may serve; else the address of the one that does. */
function takeLock(path: string): string | undefined {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      writeFileSync(path, JSON.stringify({ pid: process.pid }), { flag: "wx", mode: 0o600 });
      return undefined;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") {
        throw thrown;
      }
    }
    const held = readLock(path);
    if (held === undefined || !runs(held.pid)) {
      rmSync(path, { force: true });
    } else if (held.endpoint !== undefined) {
      return held.text;
    } else {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  throw new Error(`Another sandbox holds ${path} but does not start.`);
}

function readLock(path: string): { readonly pid: number; readonly endpoint?: string; readonly text: string } | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return { ...(JSON.parse(text) as { pid: number; endpoint?: string }), text };
  } catch {
    return undefined; // Gone, or left half-written by a process that was killed.
  }
}

function runs(pid: number): boolean {
  if (pid === process.pid) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, path);
}

function removeIfOwn(path: string, text: string): void {
  if (readLock(path)?.text === text) {
    rmSync(path, { force: true });
  }
}

function untilIdle(sandbox: Sandbox, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(
      () => {
        if (Date.now() - sandbox.lastRequest >= limitMs) {
          clearInterval(timer);
          resolve();
        }
      },
      Math.min(1_000, limitMs / 4),
    );
    timer.unref();
  });
}
