import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface StubRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Operation of a JSON service, from X-Amz-Target. */
  readonly operation: string;
  /** Parsed JSON body, empty for others. */
  readonly input: Record<string, unknown>;
}

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

export interface Stub {
  readonly endpoint: string;
  readonly requests: StubRequest[];
  close(): Promise<void>;
}

/** A server on loopback that answers as told; "hang" never answers. */
export async function startStub(answer: (request: StubRequest, count: number) => StubAnswer | "hang"): Promise<Stub> {
  const requests: StubRequest[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const request: StubRequest = {
        method: incoming.method ?? "",
        url: incoming.url ?? "",
        headers: incoming.headers,
        body,
        operation: String(incoming.headers["x-amz-target"] ?? "").replace(/^.*\./, ""),
        input: body.startsWith("{") ? (JSON.parse(body) as Record<string, unknown>) : {},
      };
      requests.push(request);
      const told = answer(request, requests.length);
      if (told !== "hang") {
        outgoing.writeHead(told.status ?? 200, { "content-type": "application/x-amz-json-1.1", ...told.headers });
        outgoing.end(typeof told.body === "string" ? told.body : JSON.stringify(told.body));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
