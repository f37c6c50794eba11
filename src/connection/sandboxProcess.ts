import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import type { Clock } from "../core/clock";
import { AppError } from "../core/errors";

/** What the sandbox writes once it listens. Its keys open nothing but the sandbox. */
export interface SandboxAddress {
  readonly pid: number;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SandboxOptions {
  /** dist/sandbox.js. */
  readonly script: string;
  /** Of the user, not of the workspace: all windows share one sandbox. */
  readonly folder: string;
  readonly clock: Clock;
  speed(): string;
  person(): "auto" | "manual";
}

const idleMinutes = 10;
const startLimitMs = 20_000;
const pollMs = 100;
/** A check that went well counts this long. */
const trustMs = 3_000;

/** Joins the sandbox that another window started, or starts it detached. */
export class SandboxProcess {
  private readonly options: SandboxOptions;
  private checked: { readonly endpoint: string; readonly at: number } | undefined;

  constructor(options: SandboxOptions) {
    this.options = options;
  }

  get logFile(): string {
    return join(this.options.folder, "sandbox.log");
  }

  async ensure(): Promise<SandboxAddress> {
    const running = this.readAddress();
    if (running !== undefined && (await this.isAlive(running))) {
      return running;
    }
    mkdirSync(this.options.folder, { recursive: true });
    const release = this.lock();
    if (release === undefined) {
      return this.untilListening(undefined);
    }
    try {
      rmSync(this.addressFile, { force: true });
      return await this.untilListening(this.start());
    } finally {
      release();
    }
  }

  async isAlive(address: SandboxAddress): Promise<boolean> {
    const now = this.options.clock.now();
    if (this.checked?.endpoint === address.endpoint && now - this.checked.at < trustMs) {
      return true;
    }
    const alive = processRuns(address.pid) && (await answers(address.endpoint));
    this.checked = alive ? { endpoint: address.endpoint, at: now } : undefined;
    return alive;
  }

  /** Ends the running sandbox and forgets everything it held. */
  async reset(): Promise<void> {
    const running = this.readAddress();
    if (running !== undefined && (await this.isAlive(running))) {
      process.kill(running.pid, "SIGTERM");
      // A process may stay listed after its end until somebody asks for its exit code.
      const hasEnded = async (): Promise<boolean> => !processRuns(running.pid) || !(await answers(running.endpoint));
      await this.until(hasEnded, l10n.t("The sandbox does not end."));
    }
    this.checked = undefined;
    rmSync(this.addressFile, { force: true });
    rmSync(this.stateFolder, { recursive: true, force: true });
  }

  private get addressFile(): string {
    return join(this.options.folder, "address.json");
  }

  private get stateFolder(): string {
    return join(this.options.folder, "state");
  }

  private readAddress(): SandboxAddress | undefined {
    try {
      return JSON.parse(readFileSync(this.addressFile, "utf8")) as SandboxAddress;
    } catch {
      return undefined; // Not there, or half written: not yet listening.
    }
  }

  private start(): ChildProcess {
    const log = openSync(this.logFile, "w", 0o600);
    const files = ["--state", this.stateFolder, "--address-file", this.addressFile];
    const how = ["--speed", this.options.speed(), "--person", this.options.person()];
    const child = spawn(process.execPath, [this.options.script, ...files, "--idle-minutes", String(idleMinutes), ...how], {
      detached: true,
      windowsHide: true,
      stdio: ["ignore", log, log],
      cwd: this.options.folder,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    });
    closeSync(log);
    child.unref();
    return child;
  }

  private async untilListening(child: ChildProcess | undefined): Promise<SandboxAddress> {
    let failed: string | undefined;
    child?.once("error", (error) => {
      failed = error.message;
    });
    child?.once("exit", () => {
      failed ??= this.lastLogLine();
    });
    let address: SandboxAddress | undefined;
    await this.until(async () => {
      if (failed !== undefined) {
        throw startFailure(failed);
      }
      const written = this.readAddress();
      address = written !== undefined && (await this.isAlive(written)) ? written : undefined;
      return address !== undefined;
    }, this.lastLogLine());
    if (address === undefined) {
      throw startFailure(this.lastLogLine());
    }
    return address;
  }

  private async until(done: () => boolean | Promise<boolean>, why: string): Promise<void> {
    const limit = this.options.clock.now() + startLimitMs;
    while (!(await done())) {
      if (this.options.clock.now() > limit) {
        throw startFailure(why);
      }
      await this.options.clock.delay(pollMs);
    }
  }

  /** Of several windows that open together one starts the sandbox; undefined for the others. */
  private lock(): (() => void) | undefined {
    const path = join(this.options.folder, "starting.lock");
    const age = fileAge(path, this.options.clock.now());
    if (age !== undefined && age > startLimitMs) {
      rmSync(path, { force: true }); // Its window ended while starting.
    }
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") {
        return undefined;
      }
      throw error;
    }
    return () => {
      rmSync(path, { force: true });
    };
  }

  private lastLogLine(): string {
    try {
      return readFileSync(this.logFile, "utf8").trim().split("\n").at(-1) ?? "";
    } catch {
      return ""; // It ended before it could say anything.
    }
  }
}

function startFailure(why: string): AppError {
  return new AppError("unexpected", l10n.t("The sandbox could not be started: {0}", why), {
    next: l10n.t("Look at its log, or run the command Reset Sandbox."),
  });
}

function fileAge(path: string, now: number): number | undefined {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : now - statSync(path).mtimeMs;
}

function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Any answer will do: the process with this id is known to run. */
function answers(endpoint: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(endpoint, { method: "GET", agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(true);
    });
    asked.on("timeout", () => {
      asked.destroy();
    });
    asked.on("error", () => {
      resolve(false);
    });
    asked.end();
  });
}
