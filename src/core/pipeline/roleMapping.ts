import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import { isElasticsearch, sendToDomain, step, type AfterDeps, type Reach } from "./afterSteps";
import type { PipelineDefinition } from "./definition";

/**
 * With fine-grained access control a domain refuses Firehose until its role is mapped, and every document goes to the bucket.
 * The identity that deploys must be the master user for this.
 */
export async function mapDeliveryRole(
  deps: AfterDeps,
  definition: PipelineDefinition,
  reach: Reach,
  roleArn: string,
  signal?: AbortSignal,
): Promise<void> {
  const name = `${definition.name}-delivery`;
  const base = isElasticsearch(reach.domain) ? "/_opendistro/_security/api" : "/_plugins/_security/api";
  const role = {
    cluster_permissions: ["cluster_composite_ops", "cluster_monitor"],
    index_permissions: [{ index_patterns: [`${definition.stream.index}*`], allowed_actions: ["create_index", "crud", "manage"] }],
  };
  await step(deps, l10n.t("Mapping of the role {0}", roleArn), async () => {
    await sendToDomain(deps, reach, { method: "PUT", path: `${base}/roles/${name}`, body: JSON.stringify(role) }, signal);
    const path = `${base}/rolesmapping/${name}`;
    const { body } = await sendToDomain(deps, reach, { method: "GET", path }, signal, [404]);
    // A PUT replaces the whole mapping: what others have added stays.
    const known = mappingIn(body, name);
    const backendRoles = [...new Set([...known.backend_roles, roleArn])];
    await sendToDomain(deps, reach, { method: "PUT", path, body: JSON.stringify({ ...known, backend_roles: backendRoles }) }, signal);
  });
}

interface Mapping {
  readonly backend_roles: readonly string[];
  readonly hosts: readonly string[];
  readonly users: readonly string[];
}

function mappingIn(body: string, name: string): Mapping {
  const empty: Mapping = { backend_roles: [], hosts: [], users: [] };
  try {
    const { backend_roles, hosts, users } = (JSON.parse(body) as Record<string, Partial<Mapping> | undefined>)[name] ?? {};
    return { backend_roles: backend_roles ?? [], hosts: hosts ?? [], users: users ?? [] };
  } catch (thrown) {
    if (thrown instanceof SyntaxError && body.trim() === "") {
      return empty;
    }
    throw new AppError("unexpected", l10n.t("The domain answered with what is no JSON: {0}", body.slice(0, 100)));
  }
}
