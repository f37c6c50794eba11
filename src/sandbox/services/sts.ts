import { createHash } from "node:crypto";
import { toGlobalArn } from "../arns";
import { internalKeyPrefix, sandboxCredentials, type Caller } from "../credentials";
import { Reader } from "../inputs";
import { decide, parsePolicy } from "../policies";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { findRoleByArn } from "./iam/roles";

const sessions = "sts.sessions";

export function createSts(world: World): Service {
  return {
    name: "sts",
    operations: {
      GetCallerIdentity: (_input, call) => ({
        UserId: userIdOf(world, call.accessKeyId ?? ""),
        Account: world.account,
        Arn: call.callerArn,
      }),
      AssumeRole: (input, call) => assumeRole(world, input, call),
      GetSessionToken: (input, call) => {
        const seconds = new Reader(input, "ValidationError").number("DurationSeconds", 900, 129_600) ?? 43_200;
        return { Credentials: issue(world, call.callerArn, userIdOf(world, call.accessKeyId ?? ""), seconds) };
      },
      GetAccessKeyInfo: () => ({ Account: world.account }),
    },
  };
}

/** The ARN behind an access key: the sandbox's user, or the role session that AssumeRole made it for. */
export function callerArn(world: World, caller: Pick<Caller, "accessKeyId" | "region">): string {
  const arn = world.collection(sessions).get(caller.accessKeyId)?.["arn"];
  return typeof arn === "string" ? arn : toGlobalArn("iam", caller.region, world.account, "user/sandbox");
}

/** The key with which a service acts as a role; registered so that the sandbox knows whose it is. */
export function serviceKey(world: World, roleArn: string, sessionName: string): string {
  const hash = createHash("sha256").update(`${roleArn}/${sessionName}`).digest("hex").toUpperCase();
  const key = `${internalKeyPrefix}${hash.slice(0, 9)}`;
  if (!world.collection(sessions).has(key)) {
    const match = /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn);
    const [, partition = "aws", account = world.account, name = "unknown"] = match ?? [];
    const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`;
    world.collection(sessions).set(key, { arn, userId: `AROA${hash.slice(0, 17)}:${sessionName}` });
    world.save();
  }
  return key;
}

export function hasSession(world: World, accessKeyId: string): boolean {
  return world.collection(sessions).has(accessKeyId);
}

/** What belongs to the keys of a session. */
export function sessionToken(accessKeyId: string): string {
  return Buffer.from(`sandbox-session-${accessKeyId}`).toString("base64");
}

/** Whether the key is that of a session which has ended. */
export function sessionHasEnded(world: World, accessKeyId: string): boolean {
  const until = world.collection(sessions).get(accessKeyId)?.["until"];
  return typeof until === "number" && world.now() > until;
}

function userIdOf(world: World, accessKeyId: string): string {
  const id = world.collection(sessions).get(accessKeyId)?.["userId"];
  return typeof id === "string" ? id : sandboxCredentials.accessKeyId.replace("AKIA", "AIDA");
}

export function missingToken(): ServiceError {
  return new ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
}

function assumeRole(world: World, input: Input, call: Call): Output {
  const reader = new Reader(input, "ValidationError");
  const roleArn = reader.requiredText("RoleArn", { min: 20, max: 2048 });
  const sessionName = reader.requiredText("RoleSessionName", { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ });
  const seconds = reader.number("DurationSeconds", 900, 43_200) ?? 3600;
  const role = findRoleByArn(world, roleArn);
  const trust = role === undefined || world.now() < role.visibleAt ? [] : (parsePolicy(role.AssumeRolePolicyDocument) ?? []);
  const externalId = reader.text("ExternalId");
  const context: Record<string, string> = externalId === undefined ? {} : { "sts:externalid": externalId };
  const asked = { action: "sts:AssumeRole", resource: "*", principal: call.callerArn, context };
  if (role === undefined || decide(trust, asked) !== "allowed") {
    throw new ServiceError(
      "AccessDenied",
      `User: ${call.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      403,
    );
  }
  if (seconds > role.MaxSessionDuration) {
    throw new ServiceError("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  const arn = toGlobalArn("sts", call.region, world.account, `assumed-role/${role.RoleName}/${sessionName}`);
  const userId = `${role.RoleId}:${sessionName}`;
  return {
    Credentials: issue(world, arn, userId, seconds),
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
  };
}

/** Keys that stand for the identity until they expire. */
function issue(world: World, arn: string, userId: string, seconds: number): Record<string, unknown> {
  const accessKeyId = `ASIA${world.randomHex(16).toUpperCase()}`;
  world.collection(sessions).set(accessKeyId, { arn, userId, until: world.now() + seconds * 1000 });
  world.save();
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: sandboxCredentials.secretAccessKey,
    SessionToken: sessionToken(accessKeyId),
    Expiration: new Date(world.now() + seconds * 1000),
  };
}
