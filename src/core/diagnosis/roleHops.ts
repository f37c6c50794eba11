import * as l10n from "@vscode/l10n";
import type { Role } from "../aws/ports";
import { AppError } from "../errors";
import { at, listAt, parseJson } from "../logs/json";
import { nameOfArn, type DiagnosisContext } from "./context";
import { said, type Said } from "./finding";

interface Use {
  readonly service: string;
  /** Actions with the one resource they are needed on. */
  readonly rights: readonly (readonly [action: string, resource: string])[];
}

/** The role that the stream delivers with: it must be there, Firehose must be trusted, and it must be allowed to write. */
export async function lookAtDeliveryRole(context: DiagnosisContext): Promise<Said | undefined> {
  const { stream } = context;
  const { roleArn, domainArn, bucketArn } = stream?.destination ?? {};
  if (roleArn === undefined) {
    return undefined;
  }
  const rights: [string, string][] = [];
  if (domainArn !== undefined) {
    rights.push(["es:DescribeDomain", domainArn], ["es:ESHttpPost", `${domainArn}/_bulk`], ["es:ESHttpPut", `${domainArn}/_bulk`]);
  }
  if (bucketArn !== undefined) {
    rights.push(["s3:PutObject", `${bucketArn}/object`]);
  }
  return lookAtRole(context, roleArn, { service: "firehose.amazonaws.com", rights });
}

/** The role of the instances: without it the agent has no credentials. */
export async function lookAtMachineRole(context: DiagnosisContext): Promise<Said | undefined> {
  const { fleet, stream, target } = context;
  if (target.sessions === undefined || fleet === undefined) {
    return undefined;
  }
  if (fleet.iamRoleArn === undefined || fleet.iamRoleArn === "") {
    const text = l10n.t("The fleet {0} has no IAM role: its agents have no credentials, and every record is denied.", fleet.name);
    const remedy = l10n.t("Stop the fleet, give it the machine role, and start it; or deploy again after AppStream: Show Drift….");
    return said("fault", text, [l10n.t("Fleet {0}: no role", fleet.name)], remedy);
  }
  const rights: [string, string][] = stream === undefined ? [] : [["firehose:PutRecordBatch", stream.arn]];
  return lookAtRole(context, fleet.iamRoleArn, { service: "appstream.amazonaws.com", rights });
}

async function lookAtRole({ aws, signal }: DiagnosisContext, arn: string, { service, rights }: Use): Promise<Said> {
  const name = nameOfArn(arn);
  const role = await aws.iam.findRole(name, signal);
  if (role === undefined) {
    const text = l10n.t("The role {0} does not exist any more.", name);
    return said(
      "fault",
      text,
      [arn],
      l10n.t("Make it again under its name, or deploy another one. A new role must be written into the policies anew."),
    );
  }
  if (!trusts(role, service)) {
    const text = l10n.t("The role {0} does not trust {1}, which cannot assume it.", name, service);
    return said(
      "fault",
      text,
      [l10n.t("Trust policy: {0}", role.trustPolicy)],
      l10n.t("Let its trust policy allow sts:AssumeRole to {0}.", service),
    );
  }
  try {
    const denied: string[] = [];
    for (const [action, resource] of rights) {
      const decisions = await aws.iam.simulate({ principalArn: arn, actions: [action], resources: [resource], context: {} }, signal);
      if (decisions[action] !== "allowed") {
        denied.push(`${action}, ${resource}: ${decisions[action] ?? "?"}`);
      }
    }
    return denied.length === 0
      ? said(
          "ok",
          l10n.t("The role {0} may do what it is for.", name),
          rights.map(([action]) => l10n.t("{0}: allowed", action)),
        )
      : said(
          "fault",
          l10n.t("The role {0} lacks rights.", name),
          denied,
          l10n.t(
            "Put its policy back: AppStream: Show Drift… says what was changed, and a deployment under another name of the role makes a new one.",
          ),
        );
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.reason === "accessDenied") {
      return said(
        "unknown",
        l10n.t("The rights of the role {0} were not tried.", name),
        [thrown.message],
        l10n.t("Ask for iam:SimulatePrincipalPolicy."),
      );
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
