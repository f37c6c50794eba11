import { handleControl } from "./control";
import { sandboxRegion, type Caller } from "./credentials";
import type { Dispatcher } from "./dispatcher";
import { matchesFault, rollFault, fault, takeFault } from "./faults";
import { textResponse, type WireRequest, type WireResponse } from "./http";
import { jsonProtocol } from "./protocols/json";
import type { Decoded, Protocol } from "./protocols/protocol";
import { queryProtocol } from "./protocols/query";
import { isRestJson, restJsonProtocol } from "./protocols/restJson";
import { ServiceError } from "./service";
import type { Mounts } from "./services";
import { missingToken } from "./services/sts";
import type { World } from "./world";

/** "cut": the work is done, but the connection is to be closed without an answer. */
export type Router = (request: WireRequest) => Promise<WireResponse | "cut">;

/** One endpoint for everything: the sandbox's own paths first, then AWS by target header, signing scope and path. */
export function createRouter(world: World, mounts: Mounts, dispatcher: Dispatcher): Router {
  return async (request) => {
    const [, first = "", second = "", ...rest] = request.path.split("/");
    if (first === "_sandbox") {
      return handleControl(world, request);
    }
    if (first === "_domain") {
      return mounts.handleDomain(decodeURIComponent(second), { ...request, path: `/${rest.join("/")}` });
    }
    if (first === "_appstream") {
      return mounts.handleAppStream(request);
    }
    const protocol = chooseProtocol(request);
    return protocol === undefined ? unroutable() : serve(world, dispatcher, protocol, request);
  };
}

function chooseProtocol(request: WireRequest): Protocol | undefined {
  if (request.headers["x-amz-target"] !== undefined) {
    return jsonProtocol;
  }
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  if ((request.method === "POST" && request.path === "/" && isForm) || request.query.has("Action")) {
    return queryProtocol;
  }
  return isRestJson(request) ? restJsonProtocol : undefined;
}

async function serve(world: World, dispatcher: Dispatcher, protocol: Protocol, request: WireRequest): Promise<WireResponse | "cut"> {
  let decoded: Decoded | undefined;
  try {
    decoded = protocol.decode(request);
    const caller = authenticate(world, request, decoded);
    throttle(world, decoded);
    const output = await dispatcher.invoke(decoded.service, decoded.operation, decoded.input, caller, request.requestId);
    return isCut(world, decoded) ? "cut" : protocol.encode(decoded, output, request);
  } catch (thrown) {
    if (thrown instanceof ServiceError) {
      return protocol.encodeError(thrown, request, decoded);
    }
    throw thrown;
  }
}

function authenticate(world: World, request: WireRequest, { service }: Decoded): Caller {
  if (request.caller === undefined) {
    if (service === "s3") {
      return { accessKeyId: "", region: sandboxRegion, service };
    }
    throw service === "sts" || service === "iam" || service === "cloudformation"
      ? missingToken()
      : new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  }
  if (fault(world, "expiredToken") !== undefined) {
    throw expiredToken(service);
  }
  return request.caller;
}

function expiredToken(service: string): ServiceError {
  return service === "firehose" || service === "logs" || service === "appstream" || service === "es"
    ? new ServiceError("ExpiredTokenException", "The security token included in the request is expired", service === "es" ? 403 : 400)
    : new ServiceError("ExpiredToken", "The security token included in the request is expired", service === "s3" ? 400 : 403);
}

function throttle(world: World, { service, operation }: Decoded): void {
  const name = `${service}:${operation}`;
  const isRead = /^(Describe|List|Get)/.test(operation);
  const value = fault(world, "throttle") ?? "";
  const isShare = /^[\d.]*$/.test(value);
  const hit = isShare ? isRead && rollFault(world, "throttle") : matchesFault(world, "throttle", name);
  if (hit || (isRead && takeFault(world, "throttleFirst"))) {
    throw throttled(service);
  }
}

function throttled(service: string): ServiceError {
  switch (service) {
    case "s3":
      return new ServiceError("SlowDown", "Please reduce your request rate.", 503);
    case "sts":
    case "iam":
    case "cloudformation":
      return new ServiceError("Throttling", "Rate exceeded");
    default:
      return new ServiceError("ThrottlingException", "Rate exceeded", service === "es" ? 429 : 400);
  }
}

function isCut(world: World, { service, operation }: Decoded): boolean {
  const value = fault(world, "connectionCut");
  return (
    value !== undefined &&
    (/^\d*$/.test(value) ? takeFault(world, "connectionCut") : matchesFault(world, "connectionCut", `${service}:${operation}`))
  );
}

const unroutable = (): WireResponse => textResponse(404, "This request names no service of the sandbox.");
