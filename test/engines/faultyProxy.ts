import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fault = "none" | "slow" | "cut" | "reset" | "429" | "503" | "html";

export interface FaultyProxy {
  readonly url: string;
  readonly faults: number;
  stop(): Promise<void>;
}

/** Passes requests on to `target`; `next` says what goes wrong with each. */
export async function startFaultyProxy(target: string, next: () => Fault): Promise<FaultyProxy> {
  let faults = 0;
  const server = createServer((incoming, outgoing) => {
    const fault = next();
    faults += fault === "none" ? 0 : 1;
    void readAll(incoming).then((body) => answer(target, incoming, body, outgoing, fault));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get faults() {
      return faults;
    },
    stop: () => closed(server),
  };
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function answer(target: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse, fault: Fault): void {
  if (fault === "reset") {
    outgoing.destroy();
    return;
  }
  if (fault === "429" || fault === "503") {
    outgoing.writeHead(Number(fault), { "content-type": "application/json" });
    outgoing.end(JSON.stringify({ error: { type: "es_rejected_execution_exception", reason: "busy" }, status: Number(fault) }));
    return;
  }
  if (fault === "html") {
    outgoing.writeHead(200, { "content-type": "text/html" });
    outgoing.end("<html><body>Please wait</body></html>");
    return;
  }
  const onward = request(
    new URL(incoming.url ?? "/", target),
    { method: incoming.method, headers: { ...incoming.headers, host: new URL(target).host }, agent: false },
    (answered) =>
      void readAll(answered)
        .then((bytes) => pass(answered, bytes, outgoing, fault))
        .catch(() => outgoing.destroy()),
  );
  onward.on("error", () => outgoing.destroy());
  onward.end(body);
}

function pass(answered: IncomingMessage, bytes: Buffer, outgoing: ServerResponse, fault: Fault): void {
  const headers = { ...answered.headers };
  delete headers["transfer-encoding"];
  const send = (): void => {
    outgoing.writeHead(answered.statusCode ?? 502, { ...headers, "content-length": bytes.length });
    if (fault === "cut") {
      outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.destroy());
    } else {
      outgoing.end(bytes);
    }
  };
  if (fault === "slow") {
    setTimeout(send, 1500);
  } else {
    send();
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
