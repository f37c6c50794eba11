import * as l10n from "@vscode/l10n";
import { deliveryUse, machineUse, roleState, type RoleUse } from "../pipeline/roleCheck";
import { nameOfArn, type DiagnosisContext } from "./context";
import { said, type Said } from "./finding";

/** The role that the stream delivers with: it must be there, Firehose must be trusted, and it must be allowed to write. */
export async function lookAtDeliveryRole(context: DiagnosisContext): Promise<Said | undefined> {
  const { stream } = context;
  const { roleArn, domainArn, bucketArn } = stream?.destination ?? {};
  if (roleArn === undefined) {
    return undefined;
  }
  return lookAtRole(context, roleArn, deliveryUse(domainArn, bucketArn));
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
  return lookAtRole(context, fleet.iamRoleArn, machineUse(stream?.arn));
}

async function lookAtRole({ aws, signal }: DiagnosisContext, arn: string, use: RoleUse): Promise<Said> {
  const name = nameOfArn(arn);
  const role = await aws.iam.findRole(name, signal);
  if (role === undefined) {
    const remedy = l10n.t("Make it again under its name, or deploy another one. A new role must be written into the policies anew.");
    return said("fault", l10n.t("The role {0} does not exist any more.", name), [arn], remedy);
  }
  const state = await roleState(aws.iam, role, use, signal);
  switch (state.kind) {
    case "fit": {
      const evidence = use.rights.map(([action]) => l10n.t("{0}: allowed", action));
      return said("ok", l10n.t("The role {0} may do what it is for.", name), evidence);
    }
    case "untrusted": {
      const text = l10n.t("The role {0} does not trust {1}, which cannot assume it.", name, use.service);
      const remedy = l10n.t("Let its trust policy allow sts:AssumeRole to {0}.", use.service);
      return said("fault", text, [l10n.t("Trust policy: {0}", state.trustPolicy)], remedy);
    }
    case "denied": {
      const remedy = l10n.t(
        "Put its policy back: AppStream: Show Drift… says what was changed, and a deployment under another name of the role makes a new one.",
      );
      return said("fault", l10n.t("The role {0} lacks rights.", name), state.denied, remedy);
    }
    case "untried": {
      const text = l10n.t("The rights of the role {0} were not tried.", name);
      return said("unknown", text, [state.why], l10n.t("Ask for iam:SimulatePrincipalPolicy."));
    }
  }
}
