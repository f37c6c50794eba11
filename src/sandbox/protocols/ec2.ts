import type { WireRequest, WireResponse } from "../http";
import { ServiceError, type Output } from "../service";
import { element, escapeXml, toXmlContent, type XmlStyle } from "../xml";
import type { Decoded, Protocol } from "./protocol";
import { parseForm } from "./query";

const version = "2016-11-15";
const namespace = ` xmlns="http://ec2.amazonaws.com/doc/${version}/"`;
const style: XmlStyle = { listItem: (property) => ({ wrapper: property, item: "item" }) };

/** EC2's own form of awsQuery: lists are numbered without `member`, answers have no result element. */
export const ec2Protocol: Protocol = {
  decode(request: WireRequest): Decoded {
    const form = request.method === "GET" ? request.query : new URLSearchParams(request.body.toString("utf8"));
    const operation = form.get("Action") ?? "";
    if (operation === "") {
      throw new ServiceError("MissingAction", "The request must contain the parameter Action.");
    }
    if (form.get("Version") !== version) {
      throw new ServiceError("InvalidAction", `The action ${operation} is not valid for this web service.`);
    }
    return { service: "ec2", operation, input: numbered(parseForm(form)) as Decoded["input"] };
  },
  encode({ operation }: Decoded, output: Output, request: WireRequest): WireResponse {
    const content = element("requestId", request.requestId) + toXmlContent(output ?? {}, style);
    return answer(200, element(`${operation}Response`, content, namespace));
  },
  encodeError(error: ServiceError, request: WireRequest): WireResponse {
    const one = element("Error", element("Code", escapeXml(error.code)) + element("Message", escapeXml(error.message)));
    return answer(error.status, element("Response", element("Errors", one) + element("RequestID", request.requestId)));
  },
};

/** `{ 1: a, 2: b }` as a list, wherever it stands. */
function numbered(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([key]) => /^\d{1,6}$/.test(key))
    ? entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, each]) => numbered(each))
    : Object.fromEntries(entries.map(([key, each]) => [key, numbered(each)]));
}

function answer(status: number, body: string): WireResponse {
  return { status, headers: { "content-type": "text/xml;charset=UTF-8" }, body };
}
