import { BlockList, isIP } from "node:net";
import type { Item, World } from "../world";
import type { DomainRequest } from "./http";
import { isObject, scalarText, type Json } from "./json";
import { toList } from "./queries/clause";

/** Why the request is refused, in the service's words; undefined when it may pass. */
export function checkAccess(world: World, name: string, domain: Item | undefined, request: DomainRequest): string | undefined {
  const action = `es:ESHttp${request.method.charAt(0)}${request.method.slice(1).toLowerCase()}`;
  const region = /^arn:[^:]+:es:([^:]+):/.exec(scalarText(domain?.["ARN"]))?.[1] ?? "us-east-1";
  const arn = `arn:aws:es:${region}:${world.account}:domain/${name}`;
  const resource = `${arn}${request.path}`;
  const verdict = evaluate(policyOf(domain), { action, resource, principal: request.caller?.arn, sourceIp: request.sourceIp });
  const identity = request.caller !== undefined && (request.caller.allows?.(action, resource) ?? true);
  if (verdict === "deny" || (verdict === "none" && !identity)) {
    const who = request.caller?.arn ?? "anonymous";
    const why =
      verdict === "deny"
        ? " with an explicit deny in a resource-based policy"
        : request.caller === undefined
          ? " because no resource-based policy allows the " + action + " action"
          : "";
    return `User: ${who} is not authorized to perform: ${action}${why === "" ? "" : ` on resource: ${arn}${why}`}`;
  }
  return undefined;
}

function policyOf(domain: Item | undefined): readonly Json[] {
  const text = domain?.["AccessPolicies"];
  if (typeof text !== "string" || text.trim() === "") {
    return [];
  }
  const policy: unknown = JSON.parse(text);
  return isObject(policy) ? toList(policy["Statement"] ?? []).filter(isObject) : [];
}

interface Subject {
  readonly action: string;
  readonly resource: string;
  readonly principal: string | undefined;
  readonly sourceIp: string | undefined;
}

type Verdict = "allow" | "deny" | "none";

function evaluate(statements: readonly Json[], subject: Subject): Verdict {
  const applying = statements.filter((statement) => applies(statement, subject));
  if (applying.some((statement) => statement["Effect"] === "Deny")) {
    return "deny";
  }
  return applying.some((statement) => statement["Effect"] === "Allow") ? "allow" : "none";
}

function applies(statement: Json, subject: Subject): boolean {
  return (
    matchesAny(statement["Action"], subject.action) &&
    (statement["Resource"] === undefined || matchesAny(statement["Resource"], subject.resource)) &&
    isPrincipal(statement["Principal"], subject.principal) &&
    holds(statement["Condition"], subject)
  );
}

function matchesAny(patterns: unknown, text: string): boolean {
  return patterns !== undefined && toList(patterns).some((pattern) => wildcard(scalarText(pattern), text));
}

function wildcard(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "is").test(text);
}

function isPrincipal(given: unknown, principal: string | undefined): boolean {
  if (given === "*") {
    return true;
  }
  const list = isObject(given) ? toList(given["AWS"] ?? []).map(scalarText) : [];
  if (list.includes("*")) {
    return true;
  }
  if (principal === undefined) {
    return false;
  }
  const role = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(principal);
  const account = /::(\d{12}):/.exec(principal)?.[1];
  const roleArn = role === null ? undefined : `arn:${role[1] ?? "aws"}:iam::${role[2] ?? ""}:role/${role[3] ?? ""}`;
  return list.some(
    (entry) =>
      entry === principal || entry === roleArn || entry === account || (account !== undefined && entry.endsWith(`:iam::${account}:root`)),
  );
}

function holds(condition: unknown, subject: Subject): boolean {
  if (!isObject(condition)) {
    return true;
  }
  return Object.entries(condition).every(([operator, tests]) =>
    Object.entries(isObject(tests) ? tests : {}).every(([key, values]) => {
      if (key.toLowerCase() !== "aws:sourceip") {
        return true;
      }
      const inside = subject.sourceIp !== undefined && toList(values).some((range) => inRange(scalarText(range), subject.sourceIp ?? ""));
      return operator === "NotIpAddress" ? !inside : inside;
    }),
  );
}

function inRange(range: string, address: string): boolean {
  const plain = address.replace(/^::ffff:/, "");
  const [network = "", bits] = range.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(plain) !== family) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? "ipv4" : "ipv6");
  return list.check(plain, family === 4 ? "ipv4" : "ipv6");
}
