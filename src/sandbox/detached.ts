import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { addressOf, parseSandboxArguments, startFailure, startSandbox, untilSignalled } from "./run";
import type { Sandbox } from "./server";
import { StateFolderTaken } from "./stateFolder";

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
      events: { type: "string" },
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
  let sandbox: Sandbox;
  try {
    sandbox = await startSandbox(parsed);
  } catch (thrown) {
    if (thrown instanceof StateFolderTaken && thrown.address !== undefined) {
      publish(addressFile, thrown.pid, thrown.address);
      return 0;
    }
    process.stderr.write(`${startFailure(thrown, parsed)}\n`);
    return 1;
  }
  const text = publish(addressFile, process.pid, addressOf(sandbox));
  const idle = untilIdle(sandbox, idleMinutes * 60_000);
  const code = await Promise.race([untilSignalled(), idle, sandbox.world.lost.then(() => 1)]);
  removeIfOwn(addressFile, text);
  await sandbox.stop();
  return code;
}

/** Writes where the user's sandbox listens, be it this process or one that was there first. */
function publish(addressFile: string, pid: number, address: Readonly<Record<string, string>>): string {
  const text = JSON.stringify({ pid, ...address });
  writeWhole(addressFile, text);
  process.stdout.write(`${new Date().toISOString()} ready at ${address["endpoint"] ?? ""}\n`); // Its log: the keys stay out of it.
  return text;
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, path);
}

function removeIfOwn(path: string, text: string): void {
  try {
    if (readFileSync(path, "utf8") === text) {
      rmSync(path, { force: true });
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") {
      throw thrown;
    }
  }
}

function untilIdle(sandbox: Sandbox, limitMs: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setInterval(
      () => {
        if (Date.now() - sandbox.lastRequest >= limitMs) {
          clearInterval(timer);
          resolve(0);
        }
      },
      Math.min(1_000, limitMs / 4),
    );
    timer.unref();
  });
}
