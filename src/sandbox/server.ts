import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isInternalKey } from "./credentials";
import { Dispatcher } from "./dispatcher";
import type { WireRequest } from "./http";
import { createRouter, type Router } from "./router";
import { createMounts, type Mounts } from "./services";
import { bodyLimit, BodyTooLarge, readBody, refusal, toWireRequest } from "./wire";
import { World, type WorldOptions } from "./world";

export interface SandboxOptions extends WorldOptions {
  /** 0 picks a free one. */
  readonly port: number;
}

/** A listening sandbox: the simulated account, its services and the HTTP server in front of them. Loopback only. */
export class Sandbox {
  readonly world: World;
  readonly dispatcher: Dispatcher;
  /** When the last request from outside came in, in epoch milliseconds. */
  lastRequest = Date.now();
  private readonly mounts: Mounts;
  private readonly router: Router;
  private readonly server: Server;
  private readonly port: number;

  constructor(options: SandboxOptions) {
    this.world = new World(options);
    this.mounts = createMounts(this.world);
    this.dispatcher = new Dispatcher(this.world, this.mounts.services);
    this.world.dispatcher = this.dispatcher;
    this.router = createRouter(this.world, this.mounts, this.dispatcher);
    this.port = options.port;
    this.server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => void this.answer(request, response));
    this.server.on("clientError", (_error, socket) => {
      if (socket.writable) {
        socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      } else {
        socket.destroy();
      }
    });
  }

  get endpoint(): string {
    return this.world.endpoint;
  }

  /** Rejects when the port is taken. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error) => {
        this.world.folder?.release();
        reject(error);
      });
      this.server.listen(this.port, "127.0.0.1", resolve);
    });
    this.world.endpoint = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    for (const service of this.mounts.services) {
      service.start?.(this.world);
    }
    this.world.start();
  }

  async stop(): Promise<void> {
    for (const service of this.mounts.services) {
      service.stop?.();
    }
    this.mounts.close();
    this.world.close();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const refused = refusal(incoming, new URL(this.endpoint).port);
      if (refused !== undefined) {
        send(outgoing, 403, { "content-type": "text/plain; charset=utf-8", connection: "close" }, refused);
        return;
      }
      const request = toWireRequest(incoming, await readBody(incoming));
      if (!this.world.owns()) {
        send(outgoing, 503, { connection: "close" }, "The sandbox ends; its log says why.");
        return;
      }
      if (!isInternalKey(request.caller?.accessKeyId ?? "")) {
        this.lastRequest = Date.now();
      }
      await this.respond(request, outgoing);
    } catch (thrown) {
      this.fail(thrown, outgoing);
    }
  }

  private async respond(request: WireRequest, outgoing: ServerResponse): Promise<void> {
    const response = await this.router(request);
    this.world.flush();
    if (response === "cut") {
      outgoing.destroy();
      return;
    }
    const body = request.method === "HEAD" ? undefined : response.body;
    send(outgoing, response.status, response.headers ?? {}, body);
  }

  private fail(thrown: unknown, outgoing: ServerResponse): void {
    if (outgoing.destroyed) {
      return; // The client went away.
    }
    if (thrown instanceof BodyTooLarge) {
      send(outgoing, 413, { connection: "close" }, `The request body is larger than ${bodyLimit} bytes.`);
      return;
    }
    this.world.options.log(`request failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    send(outgoing, 500, {}, "The sandbox failed to answer; its log says why.");
  }
}

function send(
  outgoing: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer | undefined,
): void {
  outgoing.writeHead(
    status,
    body === undefined || headers["content-length"] !== undefined
      ? headers
      : { ...headers, "content-length": String(Buffer.byteLength(body)) },
  );
  outgoing.end(body);
}
