import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { readCaller } from "./credentials";
import type { WireRequest } from "./http";

/** Bytes; larger than anything that AWS's own limits let through to these services. */
export const bodyLimit = 64 * 1024 * 1024;

export class BodyTooLarge extends Error {}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > bodyLimit) {
      throw new BodyTooLarge();
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Why a request is refused before anything is looked at: it does not come from this machine, or a web page of another site sent it. */
export function refusal(incoming: IncomingMessage, port: string): string | undefined {
  const remote = incoming.socket.remoteAddress ?? "";
  if (!/^(127\.|::1$|::ffff:127\.)/.test(remote)) {
    return "The sandbox answers only this machine.";
  }
  const { host, origin } = incoming.headers;
  if (!isOwnHost(host ?? "", port)) {
    return "The sandbox refuses a foreign Host header.";
  }
  if (origin !== undefined && !isOwnHost(/^http:\/\/(.+)$/.exec(origin)?.[1] ?? "", port)) {
    return "The sandbox refuses requests of other web pages.";
  }
  if (incoming.headers["sec-fetch-site"] === "cross-site" && incoming.headers["sec-fetch-mode"] !== "navigate") {
    return "The sandbox refuses requests of other web pages.";
  }
  return undefined;
}

function isOwnHost(host: string, port: string): boolean {
  const match = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9._-]+\.)?localhost)(?::(\d+))?$/i.exec(host);
  return match !== null && (match[1] ?? "80") === port;
}

export function toWireRequest(incoming: IncomingMessage, body: Buffer): WireRequest {
  const [path = "/", ...rest] = (incoming.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "").split("?");
  const query = new URLSearchParams(rest.join("?"));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  }
  return {
    method: incoming.method ?? "GET",
    path: path === "" ? "/" : path,
    query,
    headers,
    body,
    remoteAddress: (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    caller: readCaller(headers, query),
    requestId: randomUUID(),
  };
}
