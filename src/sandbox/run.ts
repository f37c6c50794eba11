import { setFault, isFaultName, faultNames, type FaultName } from "./faults";
import { sandboxCredentials, sandboxRegion } from "./credentials";
import { Sandbox, type SandboxOptions } from "./server";

export interface SandboxArguments {
  readonly port?: string | undefined;
  readonly speed?: string | undefined;
  readonly seed?: string | undefined;
  readonly state?: string | undefined;
  readonly person?: string | undefined;
  readonly events?: string | undefined;
  readonly fault?: readonly string[] | undefined;
}

export interface RunOptions extends SandboxOptions {
  readonly faults: readonly (readonly [FaultName, string])[];
}

/** Options from their texts, or a sentence that says what is wrong with them. */
export function parseSandboxArguments(given: SandboxArguments): RunOptions | { readonly problem: string } {
  const port = whole(given.port ?? "0", 65_535);
  const seed = whole(given.seed ?? "1", 4_294_967_295);
  const speed = given.speed === "real" ? "real" : Number(given.speed ?? "1");
  const person = given.person ?? "auto";
  if (port === undefined) {
    return { problem: `--port must be a number from 0 to 65535: ${given.port ?? ""}` };
  }
  if (seed === undefined) {
    return { problem: `--seed must be a whole number: ${given.seed ?? ""}` };
  }
  if (speed !== "real" && !(speed > 0 && Number.isFinite(speed) && given.speed?.trim() !== "")) {
    return { problem: `--speed must be a number above 0, or real: ${given.speed ?? ""}` };
  }
  if (person !== "auto" && person !== "manual") {
    return { problem: `--person must be auto or manual: ${person}` };
  }
  const events = Number(given.events ?? "1.5");
  if (!(events > 0 && events <= 1000)) {
    return { problem: `--events must be a number above 0, up to 1000: ${given.events ?? ""}` };
  }
  if (given.state === "") {
    return { problem: "--state must name a folder." };
  }
  const faults = parseFaults(given.fault ?? []);
  if ("problem" in faults) {
    return faults;
  }
  return {
    port,
    seed,
    speed,
    person,
    events,
    faults: faults.list,
    ...(given.state === undefined ? {} : { stateDir: given.state }),
    log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  };
}

function parseFaults(texts: readonly string[]): { readonly list: (readonly [FaultName, string])[] } | { readonly problem: string } {
  const list: (readonly [FaultName, string])[] = [];
  for (const text of texts) {
    const [name = "", ...value] = text.split("=");
    if (!isFaultName(name)) {
      return { problem: `Unknown fault switch: ${name}. Known: ${Object.keys(faultNames).join(", ")}` };
    }
    list.push([name, value.join("=")]);
  }
  return { list };
}

function whole(text: string, max: number): number | undefined {
  const value = Number(text);
  return /^\d{1,10}$/.test(text) && value <= max ? value : undefined;
}

/** What a client needs to know of a running sandbox. */
export function addressOf(sandbox: Sandbox): Record<string, string> {
  return { endpoint: sandbox.endpoint, region: sandboxRegion, ...sandboxCredentials };
}

/** Starts with the faults given. */
export async function startSandbox(options: RunOptions): Promise<Sandbox> {
  const sandbox = new Sandbox(options);
  await sandbox.start();
  sandbox.world.folder?.announce(addressOf(sandbox));
  for (const [name, value] of options.faults) {
    setFault(sandbox.world, name, value);
  }
  return sandbox;
}

/** A sentence for the user. */
export function startFailure(thrown: unknown, options: RunOptions): string {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") {
    return `The sandbox cannot start: port ${options.port} is taken. Choose another one, or 0 for any that is free.`;
  }
  if (code === "EACCES" && options.port > 0 && options.port < 1024) {
    return `The sandbox cannot start: port ${options.port} may not be used without administrator rights. Choose one above 1023.`;
  }
  if (thrown instanceof SyntaxError) {
    return `The sandbox cannot start: the saved state in ${options.stateDir ?? ""} cannot be read. Delete that folder, or name another one. (${thrown.message})`;
  }
  return `The sandbox cannot start: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}

/** Prints the address, then serves until SIGTERM or SIGINT, or until its state folder is lost; resolves with the exit code. */
export async function runSandbox(options: RunOptions): Promise<number> {
  let sandbox: Sandbox;
  try {
    sandbox = await startSandbox(options);
  } catch (thrown) {
    process.stderr.write(`${startFailure(thrown, options)}\n`);
    return 1;
  }
  process.stdout.write(`${JSON.stringify(addressOf(sandbox))}\n`);
  const code = await Promise.race([untilSignalled(), sandbox.world.lost.then(() => 1)]);
  await sandbox.stop();
  return code;
}

/** Resolves with the exit code of a clean end. */
export function untilSignalled(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.once(signal, () => resolve(0));
    }
  });
}
