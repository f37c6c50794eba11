import type { Decision } from "../policies";

/** Who signed the request, as the server found out; absent for an unsigned request. */
export interface Caller {
  readonly arn: string;
  /** What the caller's own (identity) policies say; absent: everything is allowed. */
  readonly decides?: (action: string, resource: string) => Decision;
}

/** One HTTP request to a domain's endpoint. */
export interface DomainRequest {
  readonly method: string;
  /** Path below /_domain/NAME, still percent-encoded, beginning with "/". */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly caller?: Caller;
  readonly sourceIp?: string;
}

export interface DomainResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
