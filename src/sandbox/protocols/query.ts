import type { WireRequest, WireResponse } from "../http";
import { ServiceError, type Input, type Output } from "../service";
import { element, escapeXml, queryStyle, toXmlContent } from "../xml";
import type { Decoded, Protocol } from "./protocol";

interface QueryApi {
  readonly service: string;
  readonly namespace: string;
}

/** By the Version parameter. */
const apis: Readonly<Record<string, QueryApi>> = {
  "2011-06-15": { service: "sts", namespace: "https://sts.amazonaws.com/doc/2011-06-15/" },
  "2010-05-08": { service: "iam", namespace: "https://iam.amazonaws.com/doc/2010-05-08/" },
  "2010-05-15": { service: "cloudformation", namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/" },
};

/** Operations that answer without a result element. */
const isBare = (output: Output): boolean => output === undefined;

/** awsQuery: STS, IAM, CloudFormation. */
export const queryProtocol: Protocol = {
  decode(request: WireRequest): Decoded {
    const form = request.method === "GET" ? request.query : new URLSearchParams(request.body.toString("utf8"));
    const operation = form.get("Action") ?? "";
    const api = apiOf(request, form);
    if (operation === "") {
      throw new ServiceError("MissingAction", "The request must contain the parameter Action.");
    }
    if (api === undefined) {
      throw new ServiceError(
        "InvalidAction",
        `Could not find operation ${operation} for version ${form.get("Version") ?? "NO_VERSION_SPECIFIED"}`,
      );
    }
    return { service: api.service, operation, input: parseForm(form) };
  },
  encode({ service, operation }: Decoded, output: Output, request: WireRequest): WireResponse {
    const result = isBare(output) ? "" : element(`${operation}Result`, toXmlContent(output, queryStyle));
    const metadata = element("ResponseMetadata", element("RequestId", request.requestId));
    return answer(200, element(`${operation}Response`, result + metadata, ` xmlns="${namespaceOf(service)}"`), request);
  },
  encodeError(error: ServiceError, request: WireRequest, decoded: Decoded | undefined): WireResponse {
    const service = decoded?.service ?? request.caller?.service ?? "sts";
    const content =
      element("Type", error.status >= 500 ? "Receiver" : "Sender") +
      element("Code", escapeXml(error.code)) +
      element("Message", escapeXml(error.message)) +
      toXmlContent(error.fields, queryStyle);
    const body = element("Error", content) + element("RequestId", request.requestId);
    return answer(error.status, element("ErrorResponse", body, ` xmlns="${namespaceOf(service)}"`), request);
  },
};

function apiOf(request: WireRequest, form: URLSearchParams): QueryApi | undefined {
  const version = form.get("Version");
  return version === null ? Object.values(apis).find((api) => api.service === request.caller?.service) : apis[version];
}

function namespaceOf(service: string): string {
  return Object.values(apis).find((api) => api.service === service)?.namespace ?? "";
}

function answer(status: number, body: string, request: WireRequest): WireResponse {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": request.requestId }, body };
}

interface FormNode {
  text?: string;
  readonly children: Map<string, FormNode>;
}

/** `A.B=x`, `L.member.1=y` and `M.entry.1.key=k` as nested objects, arrays and records; every leaf is text. */
export function parseForm(form: URLSearchParams): Input {
  const root: FormNode = { children: new Map() };
  for (const [name, text] of form) {
    const parts = name.split(".");
    if (parts.length > 20) {
      throw new ServiceError("MalformedInput", "A parameter is nested too deeply.");
    }
    let node = root;
    for (const part of parts) {
      let next = node.children.get(part);
      if (next === undefined) {
        next = { children: new Map() };
        node.children.set(part, next);
      }
      node = next;
    }
    node.text = text;
  }
  root.children.delete("Action");
  root.children.delete("Version");
  return Object.fromEntries([...root.children].map(([name, child]) => [name, toValue(child)]));
}

function toValue(node: FormNode): unknown {
  if (node.children.size === 0) {
    return node.text ?? "";
  }
  const members = node.children.get("member");
  if (members !== undefined && node.children.size === 1 && isNumbered(members)) {
    return inOrder(members).map(toValue);
  }
  const entries = node.children.get("entry");
  if (entries !== undefined && node.children.size === 1 && isNumbered(entries)) {
    return Object.fromEntries(
      inOrder(entries).map((entry) => [leaf(entry, "key"), toValue(entry.children.get("value") ?? { children: new Map() })]),
    );
  }
  return Object.fromEntries([...node.children].map(([name, child]) => [name, toValue(child)]));
}

const isNumbered = (node: FormNode): boolean => node.children.size > 0 && [...node.children.keys()].every((key) => /^\d{1,6}$/.test(key));

const inOrder = (node: FormNode): FormNode[] => [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);

const leaf = (node: FormNode, name: string): string => node.children.get(name)?.text ?? "";
