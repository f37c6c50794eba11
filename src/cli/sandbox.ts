import { parseArgs } from "node:util";
import type { CliBundles } from "./subcommand";
import { wrongArguments } from "./wrongArguments";

export const sandboxUsage =
  "usage: appstream-monitor sandbox --port N [--speed X|real] [--seed N] [--state DIR] [--person auto|manual] [--events PER_SECOND] [--fault NAME[=VALUE]]…\n";

/** Runs the sandbox until it is told to stop; its address is the one line on standard output. */
export async function sandbox(args: readonly string[], bundles: CliBundles): Promise<number> {
  const { parseSandboxArguments, runSandbox } = await bundles.sandbox();
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        speed: { type: "string" },
        seed: { type: "string" },
        state: { type: "string" },
        person: { type: "string" },
        events: { type: "string" },
        fault: { type: "string", multiple: true },
      },
    }));
  } catch (thrown) {
    process.stderr.write(`${wrongArguments(thrown)}\n${sandboxUsage}`);
    return 2;
  }
  if (values.port === undefined) {
    process.stderr.write(`--port is missing.\n${sandboxUsage}`);
    return 2;
  }
  const parsed = parseSandboxArguments(values);
  if ("problem" in parsed) {
    process.stderr.write(`${parsed.problem}\n${sandboxUsage}`);
    return 2;
  }
  return runSandbox(parsed);
}
