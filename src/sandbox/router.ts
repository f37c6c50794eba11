import { authenticate, refusedSignature } from "./authentication";
import { handleControl } from "./control";
import type { Dispatcher } from "./dispatcher";
import { matchesFault, rollFault, fault, takeFault } from "./faults";
import { jsonResponse, type WireRequest, type WireResponse } from "./http";
import { ec2Protocol } from "./protocols/ec2";
import { jsonProtocol } from "./protocols/json";
import type { Decoded, Protocol } from "./protocols/protocol";
import { queryProtocol } from "./protocols/query";
import { isOpenSearchPath, restJsonProtocol } from "./protocols/restJson";
import { restXmlProtocol } from "./protocols/restXml";
import { isTooFrequent } from "./rates";
import { ServiceError } from "./service";
import type { Mounts } from "./services";
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
      const refused = refusedSignature(world, request);
      if (refused !== undefined) {
        return jsonResponse(403, { message: refused });
      }
      return mounts.handleDomain(second, { ...request, path: `/${rest.join("/")}` });
    }
    if (first === "_appstream") {
      return mounts.handleAppStream(request);
    }
    return serve(world, dispatcher, chooseProtocol(request), request);
  };
}

/** By target header, then by what the path, the signing scope or a form says; what is left is S3's. */
function chooseProtocol(request: WireRequest): Protocol {
  const service = request.caller?.service;
  if (request.headers["x-amz-target"] !== undefined) {
    return jsonProtocol;
  }
  if (service === "es" || (service !== "s3" && isOpenSearchPath(request.path))) {
    return restJsonProtocol;
  }
  if (service === "ec2") {
    return ec2Protocol;
  }
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  if (service !== "s3" && request.path === "/" && (isForm || request.query.has("Action"))) {
    return queryProtocol;
  }
  return service === undefined || service === "s3" ? restXmlProtocol : unservedProtocol(service);
}

/** Requests signed for a service that the sandbox does not have. */
function unservedProtocol(service: string): Protocol {
  const isQuery = service === "sts" || service === "iam" || service === "cloudformation";
  return {
    ...(isQuery ? queryProtocol : jsonProtocol),
    decode: () => {
      throw isQuery
        ? new ServiceError("MissingAction", "The request must contain the parameter Action.")
        : new ServiceError("UnknownOperationException", `The sandbox has no such operation of the service ${service}.`);
    },
  };
}

async function serve(world: World, dispatcher: Dispatcher, protocol: Protocol, request: WireRequest): Promise<WireResponse | "cut"> {
  let decoded: Decoded | undefined;
  try {
    decoded = protocol.decode(request);
    const caller = authenticate(world, request, decoded.service);
    throttle(world, decoded, caller.region);
    const output = await dispatcher.invoke(decoded.service, decoded.operation, decoded.input, caller, request.requestId);
    return isCut(world, decoded) ? "cut" : protocol.encode(decoded, output, request);
  } catch (thrown) {
    if (thrown instanceof ServiceError) {
      return protocol.encodeError(thrown, request, decoded);
    }
    throw thrown;
  }
}

function throttle(world: World, { service, operation }: Decoded, region: string): void {
  const name = `${service}:${operation}`;
  const isRead = /^(Describe|List|Get)/.test(operation);
  const value = fault(world, "throttle") ?? "";
  const isShare = /^[\d.]*$/.test(value);
  const hit = isShare ? isRead && rollFault(world, "throttle") : matchesFault(world, "throttle", name);
  if (hit || (isRead && takeFault(world, "throttleFirst")) || isTooFrequent(world, service, operation, region)) {
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
    case "ec2":
      return new ServiceError("RequestLimitExceeded", "Request limit exceeded.", 503);
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
