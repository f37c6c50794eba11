import type { Call, Input, Operation } from "../../service";
import { ServiceError } from "../../service";
import type { Item, World } from "../../world";
import { collections, textOf } from "./account";
import { requireFleet } from "./fleets";
import { InputReader, pageOf } from "./input";
import { associationsOf, requireStack } from "./stacks";
import { createToken } from "./tokens";

/** EXPIRED rows are still listed for this long. */
const expiredShownFor = 60_000;

export function createSessionOperations(world: World): Record<string, Operation> {
  return {
    DescribeSessions: (input, call) => describeSessions(world, input, call),
    ExpireSession: (input, call) => {
      const read = new InputReader(input, ["SessionId"]);
      const session = world.collection(collections.sessions).get(read.requiredText("SessionId", { min: 1 }));
      if (session?.["region"] === call.region) {
        endSession(world, session);
      }
      return {};
    },
    CreateStreamingURL: (input, call) => createStreamingUrl(world, input, call),
  };
}

function describeSessions(world: World, input: Input, call: Call): Record<string, unknown> {
  const read = new InputReader(input, ["StackName", "FleetName", "UserId", "NextToken", "Limit", "AuthenticationType", "InstanceId"]);
  const stack = requireStack(world, call, read.requiredText("StackName", { min: 1 }));
  const fleet = requireFleet(world, call, read.requiredText("FleetName", { min: 1 }));
  const userId = read.text("UserId", { min: 2, max: 128 });
  const type = read.text("AuthenticationType", { values: ["API", "SAML", "USERPOOL", "AWS_AD"] });
  if (userId !== undefined && type === undefined) {
    throw new ServiceError("InvalidParameterCombinationException", "UserId needs an AuthenticationType.");
  }
  const limit = read.number("Limit", 0, 60) ?? 20;
  const listed = [...world.collection(collections.sessions).values()].filter(
    (session) =>
      session["fleetArn"] === fleet["Arn"] &&
      session["stackArn"] === stack["Arn"] &&
      session["authenticationType"] === (type ?? "API") &&
      (userId === undefined || session["userId"] === userId) &&
      (session["endedAt"] === undefined || Number(session["endedAt"]) + expiredShownFor > world.now()),
  );
  const { page, next } = pageOf(listed, read.text("NextToken"), limit === 0 ? 20 : Math.min(limit, 50));
  return { Sessions: page.map(sessionShape), ...(next === undefined ? {} : { NextToken: next }) };
}

function sessionShape(session: Item): Record<string, unknown> {
  return {
    Id: session["id"],
    UserId: session["userId"],
    StackName: session["stackName"],
    FleetName: session["fleetName"],
    State: session["state"],
    ConnectionState: session["connectionState"],
    StartTime: new Date(Number(session["startedAt"])),
    MaxExpirationTime: new Date(Number(session["expiresAt"])),
    AuthenticationType: session["authenticationType"],
    NetworkAccessConfiguration: { EniPrivateIpAddress: session["privateIp"], EniId: session["eniId"] },
    InstanceId: session["instanceId"],
  };
}

export function endSession(world: World, session: Item): void {
  if (session["state"] === "EXPIRED") {
    return;
  }
  session["state"] = "EXPIRED";
  session["connectionState"] = "NOT_CONNECTED";
  session["endedAt"] = world.now();
  const instance = world.collection(collections.instances).get(textOf(session, "instanceId"));
  if (instance !== undefined) {
    // An instance serves one session and is replaced by a fresh one.
    world.collection(collections.instances).delete(textOf(session, "instanceId"));
  }
  world.save();
}

function createStreamingUrl(world: World, input: Input, call: Call): Record<string, unknown> {
  const read = new InputReader(input, ["StackName", "FleetName", "UserId", "ApplicationId", "Validity", "SessionContext"]);
  const stack = requireStack(world, call, read.name("StackName"));
  const fleet = requireFleet(world, call, read.name("FleetName"));
  const userId = read.requiredText("UserId", { min: 2, max: 32, pattern: /^[\w+=,.@-]*$/ });
  const validity = read.number("Validity", 1, 604_800) ?? 60;
  const applicationId = read.text("ApplicationId", { min: 1 });
  const associated = associationsOf(world, "stackArn", textOf(stack, "Arn")).some((item) => item["fleetArn"] === fleet["Arn"]);
  if (!associated) {
    throw new ServiceError(
      "OperationNotPermittedException",
      `The fleet ${textOf(fleet, "Name")} is not associated with the stack ${textOf(stack, "Name")}.`,
    );
  }
  if (fleet["State"] !== "RUNNING") {
    throw new ServiceError("ResourceNotAvailableException", `The fleet ${textOf(fleet, "Name")} is not running.`);
  }
  const data = {
    stackArn: stack["Arn"],
    fleetArn: fleet["Arn"],
    userId,
    applicationId,
    context: read.text("SessionContext", { min: 1, max: 1000 }),
  };
  const { url, expires } = createToken(world, "session", data, validity);
  return { StreamingURL: url, Expires: new Date(expires) };
}
