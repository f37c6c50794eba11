import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const lockName = "sandbox.lock";
/** Milliseconds after which a process that gave no sign of life has lost the folder. */
const staleAfter = 30_000;
const signEvery = 5_000;
const startLimit = 10_000;

interface Lock {
  readonly pid: number;
  readonly token: string;
  /** What a client needs to know of the sandbox, once it listens. */
  readonly address?: Readonly<Record<string, string>>;
}

/** Another living sandbox uses the folder. */
export class StateFolderTaken extends Error {
  readonly pid: number;
  readonly address: Readonly<Record<string, string>> | undefined;

  constructor(path: string, { pid, address }: Lock) {
    super(`another sandbox (process ${pid}) uses the state folder ${path}.`);
    this.pid = pid;
    this.address = address;
  }
}

/** A folder of saved state. One process at a time owns it, by a lock file that it renews; who finds another's token there stops writing. */
export class StateFolder {
  readonly path: string;
  private readonly token = randomUUID();
  private address: Readonly<Record<string, string>> | undefined;
  private signedAt = Date.now();
  private released = false;

  private constructor(path: string) {
    this.path = path;
  }

  /** Throws StateFolderTaken, after waiting for a sandbox that is just starting there. */
  static take(path: string): StateFolder {
    mkdirSync(path, { recursive: true });
    const folder = new StateFolder(path);
    const limit = Date.now() + startLimit;
    for (;;) {
      try {
        writeFileSync(folder.lock, folder.lockText(), { flag: "wx", mode: 0o600 });
        return folder;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") {
          throw thrown;
        }
      }
      const holder = folder.holder();
      if (holder === undefined || !isAlive(holder.pid) || folder.isStale()) {
        rmSync(folder.lock, { force: true });
      } else if (holder.address !== undefined || Date.now() > limit) {
        throw new StateFolderTaken(path, holder);
      } else {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      }
    }
  }

  /** Tells others that want the folder where its sandbox listens. */
  announce(address: Readonly<Record<string, string>>): void {
    this.address = address;
    this.writeWhole(lockName, this.lockText());
  }

  /** Why the folder is not this process's any more; undefined while it is. */
  loss(): string | undefined {
    if (this.released) {
      return undefined;
    }
    const holder = this.holder();
    if (holder?.token === this.token) {
      this.sign();
      return undefined;
    }
    return holder === undefined
      ? `the state folder ${this.path} was removed`
      : `the state folder ${this.path} is used by another sandbox now (process ${holder.pid})`;
  }

  isOurs(): boolean {
    return !this.released && this.loss() === undefined;
  }

  read(name: string): string | undefined {
    try {
      return readFileSync(join(this.path, name), "utf8");
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") {
        return undefined;
      }
      throw thrown;
    }
  }

  /** The file holds the old text or the new one, whenever the process ends. */
  writeWhole(name: string, text: string): void {
    const part = join(this.path, `${name}.part`);
    writeFileSync(part, text, { mode: 0o600 });
    renameSync(part, join(this.path, name));
  }

  /** Deletes all but the lock. */
  clear(): void {
    for (const name of readdirSync(this.path).filter((each) => each !== lockName)) {
      rmSync(join(this.path, name), { recursive: true, force: true });
    }
  }

  release(): void {
    if (this.isOurs()) {
      rmSync(this.lock, { force: true });
    }
    this.released = true;
  }

  private get lock(): string {
    return join(this.path, lockName);
  }

  private lockText(): string {
    return JSON.stringify({ pid: process.pid, token: this.token, ...(this.address === undefined ? {} : { address: this.address }) });
  }

  private holder(): Lock | undefined {
    const text = this.read(lockName);
    try {
      return text === undefined ? undefined : (JSON.parse(text) as Lock);
    } catch {
      return undefined; // Left half-written by a process that was killed.
    }
  }

  private sign(): void {
    const now = Date.now();
    if (now - this.signedAt > signEvery) {
      this.signedAt = now;
      utimesSync(this.lock, now / 1000, now / 1000);
    }
  }

  private isStale(): boolean {
    const found = statSync(this.lock, { throwIfNoEntry: false });
    return found === undefined || Date.now() - found.mtimeMs > staleAfter;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) {
    return false; // Its number was given again.
  }
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ended, but nobody has asked how: usual in containers. Elsewhere than on Linux it does not show. */
function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false; // No such file system.
  }
}
