import { request as httpRequest } from "node:http";
import { Agent, request as httpsRequest, type AgentOptions, type RequestOptions } from "node:https";
import type { Duplex } from "node:stream";
import * as l10n from "@vscode/l10n";
import type { Environment } from "../core/aws/profile";
import { AppError } from "../core/errors";

const tunnelTimeout = 10_000;

/** The proxy that HTTPS_PROXY names for an encrypted address, unless NO_PROXY exempts it; this machine itself needs none. */
export function proxyFor(host: string, port: number, environment: Environment): URL | undefined {
  const named = environment["https_proxy"] ?? environment["HTTPS_PROXY"] ?? "";
  if (named === "" || isLoopback(host) || isExempt(host, port, environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")) {
    return undefined;
  }
  const text = named.includes("://") ? named : `http://${named}`;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new AppError("invalidInput", l10n.t("HTTPS_PROXY does not name a proxy that can be used."), { next: example() });
  }
  return new URL(text);
}

function example(): string {
  return l10n.t("Give it as http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT.");
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);
}

/** Names with all that is below them, each with or without a port; * is everything. */
function isExempt(host: string, port: number, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const [, name = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase().replace(/^\*?\./, "")) ?? [];
      const covers = name === "*" || host.toLowerCase() === name || host.toLowerCase().endsWith(`.${name}`);
      return covers && (onlyPort === undefined || Number(onlyPort) === port);
    });
}

/** Connects as the environment's proxy variables say. In the editor its own settings of proxies do that. */
export class ProxyAgent extends Agent {
  private readonly environment: Environment;

  constructor(environment: Environment, options: AgentOptions) {
    super(options);
    this.environment = environment;
  }

  override createConnection(options: RequestOptions, connected?: (error: Error | null, stream: Duplex) => void): Duplex | null | undefined {
    const host = options.host ?? "localhost";
    const port = Number(options.port ?? 443);
    const proxy = proxyFor(host, port, this.environment);
    if (proxy === undefined || connected === undefined) {
      return super.createConnection(options, connected);
    }
    openTunnel(proxy, host, port).then(
      (socket) => {
        const secured = super.createConnection({ ...options, socket } as RequestOptions);
        if (secured) {
          connected(null, secured);
        }
      },
      (thrown: unknown) => {
        (connected as (error: unknown) => void)(thrown);
      },
    );
    return undefined;
  }
}

function openTunnel(proxy: URL, host: string, port: number): Promise<Duplex> {
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const user = decodeURIComponent(proxy.username);
  const password = decodeURIComponent(proxy.password);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return new Promise((resolve, reject) => {
    const fail = (message: string, next: string, cause?: unknown): void => {
      reject(new AppError("network", message, { next, ...(cause === undefined ? {} : { cause }) }));
    };
    const secure = proxy.protocol === "https:";
    const asked = (secure ? httpsRequest : httpRequest)({
      method: "CONNECT",
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port === "" ? (secure ? 443 : 80) : Number(proxy.port),
      path: target,
      headers: { host: target, ...(user === "" ? {} : { "proxy-authorization": authorization }) },
      agent: false,
      timeout: tunnelTimeout,
    });
    asked.once("connect", ({ statusCode = 0 }, socket) => {
      if (statusCode === 200) {
        socket.setTimeout(0);
        resolve(socket);
        return;
      }
      socket.destroy();
      if (statusCode === 407) {
        fail(l10n.t("The proxy {0} wants another user or password.", proxy.host), example());
      } else {
        fail(
          l10n.t("The proxy {0} does not connect to {1}: it answers {2}.", proxy.host, target, statusCode),
          l10n.t("Ask who runs the proxy to let this address through, or exempt it with NO_PROXY where it can be reached directly."),
        );
      }
    });
    asked.once("response", ({ statusCode = 0 }) => {
      asked.destroy();
      fail(l10n.t("The proxy {0} does not connect to {1}: it answers {2}.", proxy.host, target, statusCode), example());
    });
    asked.once("timeout", () => asked.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })));
    asked.once("error", (thrown: NodeJS.ErrnoException) => {
      const reason = thrown.code ?? thrown.message;
      fail(l10n.t("The proxy {0} could not be reached: {1}.", proxy.host, reason), l10n.t("Check HTTPS_PROXY and the network."), thrown);
    });
    asked.end();
  });
}
