import type { Aws } from "../aws/ports";
import { stackName, type PipelineDefinition } from "./definition";

/** Status texts of the two CloudFormation stacks; absent: not deployed. */
export interface DeployedState {
  readonly ingest?: string;
  readonly streaming?: string;
}

export async function deployedState(aws: Aws, definition: PipelineDefinition, signal?: AbortSignal): Promise<DeployedState> {
  const [ingest, streaming] = await Promise.all([
    aws.cloudformation.findStack(stackName(definition, "ingest"), signal),
    aws.cloudformation.findStack(stackName(definition, "streaming"), signal),
  ]);
  return {
    ...(ingest === undefined ? {} : { ingest: ingest.status }),
    ...(streaming === undefined ? {} : { streaming: streaming.status }),
  };
}
