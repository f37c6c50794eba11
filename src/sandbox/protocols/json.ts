import type { WireRequest, WireResponse } from "../http";
import { ServiceError, type Input, type Output } from "../service";
import type { Decoded, Protocol } from "./protocol";

/** X-Amz-Target prefixes, by signing name. */
const targets: Readonly<Record<string, string>> = {
  Firehose_20150804: "firehose",
  Logs_20140328: "logs",
  PhotonAdminProxyService: "appstream",
  ServiceQuotasV20190624: "servicequotas",
  AWSPriceListService: "pricing",
};

const contentType = "application/x-amz-json-1.1";

/** awsJson1_1: Firehose, Logs, AppStream, Service Quotas, Price List. */
export const jsonProtocol: Protocol = {
  decode(request: WireRequest): Decoded {
    const [prefix = "", operation = ""] = (request.headers["x-amz-target"] ?? "").split(".");
    const service = targets[prefix];
    if (service === undefined || operation === "") {
      throw new ServiceError("UnknownOperationException", "");
    }
    return { service, operation, input: parseJsonBody(request.body) };
  },
  encode(_decoded: Decoded, output: Output, request: WireRequest): WireResponse {
    return {
      status: 200,
      headers: { "content-type": contentType, "x-amzn-requestid": request.requestId },
      body: output === undefined ? "" : toJson(output),
    };
  },
  encodeError(error: ServiceError, request: WireRequest, decoded: Decoded | undefined): WireResponse {
    const messageKey = decoded?.service === "appstream" ? "Message" : "message";
    return {
      status: error.status,
      headers: { "content-type": contentType, "x-amzn-requestid": request.requestId, "x-amzn-errortype": error.code },
      body: toJson({ __type: error.code, ...(error.message === "" ? {} : { [messageKey]: error.message }), ...error.fields }),
    };
  },
};

/** An empty body is an empty input; anything but a JSON object is a SerializationException. */
export function parseJsonBody(body: Buffer): Input {
  if (body.length === 0) {
    return {};
  }
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new ServiceError("SerializationException", "The request body is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServiceError("SerializationException", "Start of structure or map found where not expected.");
  }
  return value as Input;
}

/** Dates as epoch seconds, bytes as base64. */
export function toJson(value: unknown): string {
  return JSON.stringify(toJsonValue(value));
}

function toJsonValue(value: unknown): unknown {
  if (value instanceof Date) {
    return value.getTime() / 1000;
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString("base64");
  }
  if (value instanceof Map) {
    return toJsonValue(Object.fromEntries(value as Map<string, unknown>));
  }
  if (Array.isArray(value)) {
    return value.map(toJsonValue);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => [key, toJsonValue(each)]),
    );
  }
  return value;
}
