import { toGlobalArn } from "../arns";
import { sandboxCredentials, type Caller } from "../credentials";
import { ServiceError, type Service } from "../service";
import type { World } from "../world";

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
    },
  };
}

/** The ARN behind an access key: the sandbox's user, or the role session that AssumeRole made it for. */
export function callerArn(world: World, caller: Pick<Caller, "accessKeyId" | "region">): string {
  const arn = world.collection(sessions).get(caller.accessKeyId)?.["arn"];
  return typeof arn === "string" ? arn : toGlobalArn("iam", caller.region, world.account, "user/sandbox");
}

function userIdOf(world: World, accessKeyId: string): string {
  const id = world.collection(sessions).get(accessKeyId)?.["userId"];
  return typeof id === "string" ? id : sandboxCredentials.accessKeyId.replace("AKIA", "AIDA");
}

export function missingToken(): ServiceError {
  return new ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
}
