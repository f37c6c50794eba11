import { randomUUID } from "node:crypto";
import { missingRight } from "./authorization";
import type { Caller } from "./credentials";
import { matchesFault } from "./faults";
import { ServiceError, type Call, type Input, type Operation, type Output, type Service } from "./service";
import { callerArn } from "./services/sts";
import type { World } from "./world";

/** Runs operations by name, for the wire and for services that call each other. */
export class Dispatcher {
  private readonly operations = new Map<string, Operation>();
  private readonly world: World;

  constructor(world: World, services: readonly Service[]) {
    this.world = world;
    for (const service of services) {
      for (const [name, operation] of Object.entries(service.operations)) {
        this.operations.set(`${service.name}:${name}`, operation);
      }
    }
  }

  async invoke(service: string, operation: string, input: Input, caller: Caller, requestId: string = randomUUID()): Promise<Output> {
    const run = this.operations.get(`${service}:${operation}`);
    if (run === undefined) {
      throw unknownOperation(service, operation);
    }
    const arn = callerArn(this.world, caller);
    if (matchesFault(this.world, "accessDenied", `${service}:${operation}`)) {
      throw accessDenied(service, `${service}:${operation}`, arn);
    }
    const missing = missingRight(this.world, arn, caller.region, service, operation, input);
    if (missing !== undefined) {
      throw accessDenied(service, missing.action, arn, missing.resource);
    }
    return run(input, this.callFor(caller, arn, requestId));
  }

  /** The context an operation gets; also for tasks that act on a caller's behalf later. */
  callFor(caller: Caller, arn: string = callerArn(this.world, caller), requestId: string = randomUUID()): Call {
    return {
      region: caller.region,
      accessKeyId: caller.accessKeyId,
      callerArn: arn,
      requestId,
      invoke: async (service, operation, input) => ({ ...(await this.invoke(service, operation, input, caller)) }),
    };
  }
}

function unknownOperation(service: string, operation: string): ServiceError {
  switch (service) {
    case "sts":
    case "iam":
    case "cloudformation":
      return new ServiceError("InvalidAction", `Could not find operation ${operation} for this version.`);
    case "ec2":
      return new ServiceError("InvalidAction", `The action ${operation} is not valid for this web service.`);
    case "s3":
      return new ServiceError("NotImplemented", "A header or query you provided implies functionality that is not implemented.");
    default:
      return new ServiceError("UnknownOperationException", "", service === "es" ? 404 : 400);
  }
}

/** Each protocol family's own way to refuse. */
function accessDenied(service: string, action: string, arn: string, resource?: string): ServiceError {
  const on = resource === undefined || resource === "*" ? "" : ` on resource: ${resource}`;
  const message = `User: ${arn} is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`;
  if (service === "ec2") {
    return new ServiceError("UnauthorizedOperation", `You are not authorized to perform this operation. ${message}`, 403);
  }
  const isXml = ["sts", "iam", "cloudformation", "s3"].includes(service);
  return new ServiceError(isXml ? "AccessDenied" : "AccessDeniedException", message, isXml || service === "es" ? 403 : 400);
}
