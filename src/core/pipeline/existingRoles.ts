import * as l10n from "@vscode/l10n";
import { partitionOf } from "../aws/partition";
import { targetOf } from "./definition";
import type { Check, PreflightInput } from "./preflight";
import { deliveryUse, machineUse, roleState, type RoleUse } from "./roleCheck";

/** Roles that are used by name are not changed: they must be able to do what the pipeline needs as they are. */
export async function existingRoles({ aws, definition, identity }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, region } = definition;
  const partition = partitionOf(region).id;
  const arn = (service: string, resource: string): string => `arn:${partition}:${service}:${region}:${identity.account}:${resource}`;
  const { stream, domain } = targetOf(definition);
  const bucket = existing.bucket ?? definition.bucket.name;
  const delivery = deliveryUse(
    domain === undefined ? undefined : arn("es", `domain/${domain}`),
    bucket === "" ? undefined : `arn:${partition}:s3:::${bucket}`,
  );
  const uses: readonly (readonly [string | undefined, RoleUse])[] = [
    [existing.stream === undefined ? existing.deliveryRole : undefined, delivery],
    [existing.fleet === undefined ? existing.machineRole : undefined, machineUse(arn("firehose", `deliverystream/${stream}`))],
  ];
  const found = await Promise.all(
    uses.map(async ([name, use]): Promise<readonly Check[]> => {
      const role = name === undefined ? undefined : await aws.iam.findRole(name, signal);
      if (role === undefined) {
        return name === undefined
          ? []
          : [
              error(
                l10n.t("There is no role {0}.", name),
                l10n.t('Make it, or take it out of "existing": then the pipeline makes its own.'),
              ),
            ];
      }
      if (use === delivery && !role.arn.endsWith(`:role/${role.name}`)) {
        return [
          error(
            l10n.t("The role {0} has a path, which a delivery role given by its name may not have.", role.name),
            l10n.t("Use a role without a path."),
          ),
        ];
      }
      return checksOf(role.name, await roleState(aws.iam, role, use, signal), use);
    }),
  );
  return found.flat();
}

function checksOf(name: string, state: Awaited<ReturnType<typeof roleState>>, { service }: RoleUse): readonly Check[] {
  switch (state.kind) {
    case "fit":
      return [{ severity: "ok", text: l10n.t("The role {0} may do what it is for.", name) }];
    case "untrusted":
      return [
        error(
          l10n.t("The role {0} does not trust {1}, which cannot assume it.", name, service),
          l10n.t("Let its trust policy allow sts:AssumeRole to {0}.", service),
        ),
      ];
    case "denied":
      return [
        error(
          l10n.t("The role {0} lacks rights.", name),
          l10n.t('Give it: {0}. It is used by name and not changed; or take it out of "existing".', state.denied.join("; ")),
        ),
      ];
    case "untried":
      return [{ severity: "warning", text: l10n.t("Not checked: {0}", state.why) }];
  }
}

const error = (text: string, remedy: string): Check => ({ severity: "error", text, remedy });
