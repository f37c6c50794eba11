import { decide, parsePolicy, type Statement } from "../policies";
import type { Item, World } from "../world";
import type { DomainRequest } from "./http";
import { textOr } from "./json";

/** Why the request is refused, in the service's words; undefined when it may pass. */
export function checkAccess(world: World, name: string, domain: Item | undefined, request: DomainRequest): string | undefined {
  const action = `es:ESHttp${request.method.charAt(0)}${request.method.slice(1).toLowerCase()}`;
  const arn = textOr(domain?.["ARN"], `arn:aws:es:us-east-1:${world.account}:domain/${name}`);
  const resource = `${arn}${request.path}`;
  const statements = parsePolicy(textOr(domain?.["AccessPolicies"], "{}")) ?? [];
  const policy = statements.filter((one) => one.effect === "Deny" || !namesAccountsOnly(one));
  const { caller, sourceIp } = request;
  const verdict = decide(policy, {
    action,
    resource,
    ...(caller === undefined ? {} : { principal: caller.arn }),
    context: sourceIp === undefined ? {} : { "aws:sourceip": sourceIp.replace(/^::ffff:/, "") },
  });
  const own = caller === undefined ? "implicitDeny" : (caller.decides?.(action, resource) ?? "allowed");
  const isDenied = verdict === "explicitDeny" || own === "explicitDeny";
  if (!isDenied && (verdict === "allowed" || own === "allowed")) {
    return undefined;
  }
  const user = `User: ${caller?.arn ?? "anonymous"} is not authorized to perform: ${action}`;
  if (own === "explicitDeny") {
    return `${user} with an explicit deny in an identity-based policy`;
  }
  if (verdict === "explicitDeny") {
    return `${user} with an explicit deny in a resource-based policy`;
  }
  return caller === undefined ? `${user} because no resource-based policy allows the ${action} action` : user;
}

/** To name an account is to leave it to the account's own policies, which then have to allow it too. */
function namesAccountsOnly({ principals }: Statement): boolean {
  return principals?.every((named) => /^\d{12}$|^arn:[^:]+:iam::\d{12}:root$/.test(named)) === true;
}
