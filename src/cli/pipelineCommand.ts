import { isAbort } from "../core/errors";
import type { DeploymentDeps } from "../core/pipeline/deployment";
import { deploymentDeps, readPipelineArguments, type PipelineArguments } from "./pipelineArguments";
import { interruptSignal, printEvent } from "./pipelineOutput";
import { reportError } from "./report";
import type { CliBundles, Subcommand } from "./subcommand";

export interface PipelineRun {
  readonly input: PipelineArguments;
  readonly deps: DeploymentDeps;
  readonly bundles: CliBundles;
  /** Fires with SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

interface PipelineCommand {
  readonly name: string;
  /** Its events are printed; without them standard output holds the result alone. */
  readonly printsEvents: boolean;
  run(run: PipelineRun): Promise<number>;
  /** After SIGINT or SIGTERM. */
  interrupted(run: PipelineRun): Promise<number>;
}

/** A subcommand on one definition file: its arguments, connection, progress and errors. */
export function pipelineCommand(command: PipelineCommand): Subcommand {
  return async (args, bundles) => {
    const input = readPipelineArguments(command.name, args);
    if (typeof input === "number") {
      return input;
    }
    try {
      const deps = await deploymentDeps(input, bundles, (event) => {
        if (command.printsEvents) {
          printEvent(event, input.json);
        }
      });
      const run = { input, deps, bundles, signal: interruptSignal() };
      try {
        return await command.run(run);
      } catch (thrown) {
        if (isAbort(thrown)) {
          return await command.interrupted(run);
        }
        throw thrown;
      }
    } catch (thrown) {
      return reportError(thrown);
    }
  };
}
