import { wildcard } from "./faults";

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[];
  readonly notResources: readonly string[] | undefined;
  /** ["*"] for anyone, else ARNs, account ids or service names; undefined in identity policies. */
  readonly principals: readonly string[] | undefined;
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case. */
  readonly context?: Readonly<Record<string, string>>;
  /** Who asks, for policies of a resource; absent for an unsigned request. */
  readonly principal?: string;
}

/** A policy document's statements; undefined when the text is no policy. */
export function parsePolicy(text: string): readonly Statement[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined; // The caller refuses the document in its service's words.
  }
  if (typeof document !== "object" || document === null) {
    return undefined;
  }
  const { Statement: raw } = document as { Statement?: unknown };
  const list: unknown[] = Array.isArray(raw) ? raw : [raw];
  const statements = list.map(toStatement);
  return statements.every((statement) => statement !== undefined) ? statements : undefined;
}

function toStatement(raw: unknown): Statement | undefined {
  if (typeof raw !== "object" || raw === null) {
    return undefined;
  }
  const { Effect, Action, NotAction, Resource, NotResource, Principal, Condition } = raw as Record<string, unknown>;
  if (Effect !== "Allow" && Effect !== "Deny") {
    return undefined;
  }
  return {
    effect: Effect,
    actions: texts(Action),
    notActions: NotAction === undefined ? undefined : texts(NotAction),
    resources: texts(Resource),
    notResources: NotResource === undefined ? undefined : texts(NotResource),
    principals: Principal === undefined ? undefined : toPrincipals(Principal),
    conditions: toConditions(Condition),
  };
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((each: unknown) =>
    typeof each === "string" ? each : JSON.stringify(each),
  );
}

function toPrincipals(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.values(value).flatMap(texts) : texts(value);
}

function toConditions(value: unknown): Statement["conditions"] {
  const conditions: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    conditions[operator] = Object.fromEntries(
      Object.entries((keys ?? {}) as Record<string, unknown>).map(([key, each]) => [key.toLowerCase(), texts(each)]),
    );
  }
  return conditions;
}

/** What a set of statements says; those with principals apply only to the asking one. */
export function decide(statements: readonly Statement[], asked: Asked): Decision {
  const matching = statements.filter((statement) => applies(statement, asked));
  if (matching.some((statement) => statement.effect === "Deny")) {
    return "explicitDeny";
  }
  return matching.length > 0 ? "allowed" : "implicitDeny";
}

function applies(statement: Statement, asked: Asked): boolean {
  const matchesAction =
    statement.notActions === undefined
      ? statement.actions.some((pattern) => wildcard(pattern, asked.action))
      : !statement.notActions.some((pattern) => wildcard(pattern, asked.action));
  return matchesAction && matchesResource(statement, asked) && matchesPrincipal(statement, asked) && matchesConditions(statement, asked);
}

/** Asking for "*" means: for any resource at all. */
function matchesResource({ resources, notResources }: Statement, { resource }: Asked): boolean {
  if (notResources !== undefined) {
    return !notResources.some((pattern) => wildcard(pattern, resource));
  }
  return resources.length === 0 || resource === "*" || resources.some((pattern) => wildcard(pattern, resource));
}

function matchesPrincipal({ principals }: Statement, { principal }: Asked): boolean {
  if (principals === undefined || principals.includes("*")) {
    return true;
  }
  return principal !== undefined && principals.some((named) => isSamePrincipal(named, principal));
}

function isSamePrincipal(named: string, principal: string): boolean {
  const account = /^arn:[^:]+:[^:]+:[^:]*:(\d{12}):/.exec(principal)?.[1];
  return (
    named === principal ||
    named === account ||
    new RegExp(`^arn:[^:]+:iam::${account ?? "-"}:root$`).test(named) ||
    named === roleOf(principal)
  );
}

/** The role's ARN behind an assumed-role session's (paths are not part of a session's ARN). */
export function roleOf(principal: string): string {
  return principal.replace(/^(arn:[^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, "$1:iam::$2:role/$3");
}

function matchesConditions({ conditions }: Statement, { context = {} }: Asked): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => matchesCondition(operator, context[key], wanted)),
  );
}

function matchesCondition(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  const name = operator.replace(/^ForA(ny|ll)Values?:/, "").replace(/IfExists$/, "");
  if (name === "Null") {
    return wanted.includes(String(actual === undefined));
  }
  const negated = name.includes("Not");
  if (actual === undefined) {
    return negated || operator.endsWith("IfExists");
  }
  const positive = wanted.some((value) => matchesValue(name.replace("Not", ""), actual, value));
  return negated ? !positive : positive;
}

function matchesValue(operator: string, actual: string, wanted: string): boolean {
  switch (operator) {
    case "IpAddress":
      return inNetwork(actual, wanted);
    case "StringLike":
    case "ArnLike":
    case "ArnEquals":
      return wildcard(wanted, actual);
    case "StringEqualsIgnoreCase":
    case "Bool":
      return actual.toLowerCase() === wanted.toLowerCase();
    default:
      return actual === wanted;
  }
}

/** IPv4 and IPv6 addresses in a CIDR block; a block without a length is one address. */
export function inNetwork(address: string, block: string): boolean {
  const [network = "", length] = block.split("/");
  const a = addressBits(address);
  const b = addressBits(network);
  if (a === undefined || b === undefined || a.length !== b.length) {
    return false;
  }
  const bits = length === undefined ? a.length : Number(length);
  return Number.isInteger(bits) && bits >= 0 && bits <= a.length && a.slice(0, bits) === b.slice(0, bits);
}

function addressBits(address: string): string | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (four !== null) {
    const parts = four.slice(1).map(Number);
    return parts.every((part) => part < 256) ? parts.map((part) => part.toString(2).padStart(8, "0")).join("") : undefined;
  }
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) {
    return undefined;
  }
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, gap) }, () => "0"), ...right];
  return groups.length === 8 ? groups.map((group) => parseInt(group, 16).toString(2).padStart(16, "0")).join("") : undefined;
}
