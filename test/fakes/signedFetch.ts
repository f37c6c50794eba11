import { sandboxCredentials } from "../../src/sandbox/credentials";
import { signedHeaders } from "../../src/sandbox/signature";

interface Given {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A request signed with the sandbox's own keys, in us-east-1. */
export function signedFetch(service: string, url: string, { method = "GET", headers = {}, body }: Given = {}): Promise<Response> {
  const request = { method, url, headers, ...(body === undefined ? {} : { body }) };
  const scope = { region: "us-east-1", service, now: Date.now() };
  return fetch(url, { method, headers: signedHeaders(request, sandboxCredentials, scope), ...(body === undefined ? {} : { body }) });
}
