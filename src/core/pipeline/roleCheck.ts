import type { IamPort, Role } from "../aws/ports";
import { AppError } from "../errors";
import { at, listAt, parseJson } from "../logs/json";

/** What a role is for. */
export interface RoleUse {
  /** The service that assumes it. */
  readonly service: string;
  /** Actions with the one resource they are needed on. */
  readonly rights: readonly (readonly [action: string, resource: string])[];
}

export type RoleState =
  | { readonly kind: "fit" }
  | { readonly kind: "untrusted"; readonly trustPolicy: string }
  /** Each as action, resource and decision. */
  | { readonly kind: "denied"; readonly denied: readonly string[] }
  /** The simulation is not permitted. */
  | { readonly kind: "untried"; readonly why: string };

/** Whether the service may assume the role, and the role's own policies allow what it is for. */
export async function roleState(iam: IamPort, role: Role, { service, rights }: RoleUse, signal?: AbortSignal): Promise<RoleState> {
  if (!trusts(role, service)) {
    return { kind: "untrusted", trustPolicy: role.trustPolicy };
  }
  try {
    const denied: string[] = [];
    for (const [action, resource] of rights) {
      const decisions = await iam.simulate({ principalArn: role.arn, actions: [action], resources: [resource], context: {} }, signal);
      if (decisions[action] !== "allowed") {
        denied.push(`${action}, ${resource}: ${decisions[action] ?? "?"}`);
      }
    }
    return denied.length === 0 ? { kind: "fit" } : { kind: "denied", denied };
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.reason === "accessDenied") {
      return { kind: "untried", why: thrown.message };
    }
    throw thrown;
  }
}

function trusts({ trustPolicy }: Role, service: string): boolean {
  const statements = at(parseJson(trustPolicy), "Statement");
  const all = Array.isArray(statements) ? (statements as unknown[]) : [statements];
  return all.some((one) => {
    const named = at(one, "Principal", "Service");
    const services: readonly unknown[] = Array.isArray(named) ? listAt(one, "Principal", "Service") : [named];
    return at(one, "Effect") === "Allow" && (at(one, "Principal") === "*" || services.includes(service));
  });
}

/** What Firehose needs of the role that it delivers with. */
export function deliveryUse(domainArn: string | undefined, bucketArn: string | undefined): RoleUse {
  const toDomain: RoleUse["rights"] =
    domainArn === undefined
      ? []
      : [
          ["es:DescribeDomain", domainArn],
          ["es:ESHttpPost", `${domainArn}/_bulk`],
          ["es:ESHttpPut", `${domainArn}/_bulk`],
        ];
  const toBucket: RoleUse["rights"] = bucketArn === undefined ? [] : [["s3:PutObject", `${bucketArn}/object`]];
  return { service: "firehose.amazonaws.com", rights: [...toDomain, ...toBucket] };
}

/** What the agents need of the role of their instances. */
export function machineUse(streamArn: string | undefined): RoleUse {
  return { service: "appstream.amazonaws.com", rights: streamArn === undefined ? [] : [["firehose:PutRecordBatch", streamArn]] };
}
