import { readFileSync } from "node:fs";
import * as vscode from "vscode";

export interface Activation {
  readonly id: string;
  /** Was active before it was asked for, so the time says nothing. */
  readonly already: boolean;
  readonly ms: number;
  /** The first command, which loads what activation left; of our extension only. */
  readonly firstCommandMs?: number;
}

const firstCommands: Readonly<Record<string, string>> = { "appstream-monitor.appstream-monitor": "appstreamMonitor.explorer.refresh" };

/** The editor runs this in its extension host: activates the extensions of ACTIVATION_IDS one after the other. */
export async function run(): Promise<void> {
  await pause(4000);
  const ids = JSON.parse(readFileSync(process.env["ACTIVATION_IDS"] ?? "", "utf8")) as string[];
  const found: Activation[] = [];
  for (const id of ids) {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined) {
      throw new Error(`${id} is not installed`);
    }
    const already = extension.isActive;
    const start = performance.now();
    await extension.activate();
    const ms = performance.now() - start;
    const command = firstCommands[id];
    const begun = performance.now();
    if (command !== undefined) {
      await vscode.commands.executeCommand(command);
    }
    found.push({ id, already, ms, ...(command === undefined ? {} : { firstCommandMs: performance.now() - begun }) });
    await pause(700);
  }
  // eslint-disable-next-line no-console -- the editor relays the console
  console.log(`activations ${JSON.stringify(found)}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
