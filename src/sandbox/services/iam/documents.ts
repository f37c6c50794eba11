import { parsePolicy, type Statement } from "../../policies";
import { ServiceError } from "../../service";
import type { World } from "../../world";
import { findRoleByArn } from "./roles";

export function malformed(message: string): ServiceError {
  return new ServiceError("MalformedPolicyDocument", message);
}

export function parseDocument(text: string): readonly Statement[] {
  const statements = parsePolicy(text);
  if (statements === undefined) {
    throw malformed(isJson(text) ? "Syntax errors in policy." : "This policy contains invalid Json");
  }
  return statements;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A trust policy names principals that exist, and no resources. */
export function checkTrust(world: World, text: string): string {
  for (const statement of parseDocument(text)) {
    if (statement.resources.length > 0) {
      throw malformed("Has prohibited field Resource");
    }
    if (statement.principals === undefined) {
      throw malformed("Missing required field Principal");
    }
    if (statement.actions.length === 0 && statement.notActions === undefined) {
      throw malformed("Missing required field Action");
    }
    const absent = statement.principals.find((principal) => !principalExists(world, principal));
    if (absent !== undefined) {
      throw malformed(`Invalid principal in policy: "AWS":"${absent}"`);
    }
  }
  return text;
}

/** Whether a policy may name the principal: only this account's are known; services, other accounts and federations are taken as they are. */
export function principalExists(world: World, principal: string): boolean {
  const match = /^arn:[^:]+:iam::(\d{12}):(root|user\/.+|role\/.+)$/.exec(principal);
  if (match === null) {
    return !/^A(ROA|IDA)/.test(principal);
  }
  const [, account, resource = ""] = match;
  if (account !== world.account || resource === "root" || resource === "user/sandbox") {
    return true;
  }
  const role = resource.startsWith("role/") ? findRoleByArn(world, principal) : undefined;
  return role !== undefined && world.now() >= role.visibleAt;
}
