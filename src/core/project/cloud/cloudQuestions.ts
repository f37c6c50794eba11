import { findFleet, ifFound } from "../../aws/found";
import type { Aws, DeliveryStream } from "../../aws/ports";
import { AppError } from "../../errors";
import { isElasticsearch, reachDomain } from "../../pipeline/afterSteps";
import type { PipelineDefinition } from "../../pipeline/definition";
import { covers, grantsOf, putRecords, type PolicyGrant } from "../policyGrants";

/** What the account says about a fleet's machine role. */
export interface MachineRole {
  /** Empty: the fleet has none. */
  readonly arn: string;
  /** What it allows, as far as it could be read; absent: unknown. */
  readonly grants?: readonly PolicyGrant[];
}

/** Undefined: there is no such stream. */
export async function askStream(aws: Aws, name: string, signal?: AbortSignal): Promise<DeliveryStream | undefined> {
  return ifFound(() => aws.streams.get(name, signal));
}

/** Undefined: there is no such fleet. */
export async function askMachineRole(aws: Aws, fleet: string, streamArn: string, signal?: AbortSignal): Promise<MachineRole | undefined> {
  const found = await findFleet(aws.appstream, fleet, signal);
  if (found?.iamRoleArn === undefined || found.iamRoleArn === "") {
    return found === undefined ? undefined : { arn: "" };
  }
  const arn = found.iamRoleArn;
  const [allowed, written] = await Promise.all([simulated(aws, arn, streamArn, signal), inlineGrants(aws, arn, signal)]);
  if (allowed === false) {
    return { arn, grants: [] };
  }
  const covered = written?.some((grant) => covers(grant.action, putRecords)) === true;
  if (allowed === undefined) {
    // An attached policy, which is not read, may allow what the inline ones do not.
    return covered && written !== undefined ? { arn, grants: written } : { arn };
  }
  return { arn, grants: [...(written ?? []), ...(covered ? [] : [{ action: putRecords, resource: streamArn }])] };
}

/** Time field of the index pattern that Kibana or Dashboards keeps for the pipeline's index. */
export async function askTimeField(aws: Aws, definition: PipelineDefinition, signal?: AbortSignal): Promise<string | undefined> {
  const reach = await ifFound(() => reachDomain(aws, definition, signal));
  if (reach === undefined) {
    return undefined;
  }
  const base = isElasticsearch(reach.domain) ? "/_plugin/kibana" : "/_dashboards";
  const path = `${base}/api/saved_objects/index-pattern/${encodeURIComponent(definition.stream.index)}`;
  const answer = await reach.transport.send({ method: "GET", path }, signal);
  return answer.status === 200 ? timeFieldOf(answer.body) : undefined;
}

function timeFieldOf(body: string): string | undefined {
  const { attributes } = JSON.parse(body) as { attributes?: { timeFieldName?: unknown } };
  return typeof attributes?.timeFieldName === "string" ? attributes.timeFieldName : undefined;
}

/** Undefined where this connection may not simulate. */
async function simulated(aws: Aws, principalArn: string, streamArn: string, signal?: AbortSignal): Promise<boolean | undefined> {
  const asked = { principalArn, actions: [putRecords], resources: [streamArn], context: {} };
  const decisions = await orUnknown(aws.iam.simulate(asked, signal));
  return decisions === undefined ? undefined : decisions[putRecords] === "allowed";
}

async function inlineGrants(aws: Aws, roleArn: string, signal?: AbortSignal): Promise<readonly PolicyGrant[] | undefined> {
  const policies = await orUnknown(aws.iam.inlinePolicies(roleArn.split("/").at(-1) ?? "", signal));
  return policies === undefined ? undefined : Object.values(policies).flatMap(grantsOf);
}

async function orUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((thrown: unknown) => {
    if (thrown instanceof AppError && (thrown.reason === "accessDenied" || thrown.reason === "notFound")) {
      return undefined;
    }
    throw thrown;
  });
}
