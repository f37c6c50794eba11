import { readFileSync } from "node:fs";
import { createServer, request, type IncomingHttpHeaders } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const tls = join(process.cwd(), "test", "fixtures", "tls");
export const authorityFile = join(tls, "ca.pem");
/** In the certificate, and known to no name server: only the proxy finds it. */
export const hiddenHost = "search-demo.eu-west-1.es.amazonaws.com";

/** Behind a proxy that is the only way there: `hiddenHost`, encrypted, with what `target` (http) serves. */
export interface ProxiedNetwork {
  /** Of the proxy, with http and without user. */
  readonly proxy: string;
  /** HOST:PORT of each connection that the proxy was asked for. */
  readonly asked: readonly string[];
  /** Of these. */
  readonly authorizations: readonly (string | undefined)[];
  /** Host header of each request that came through. */
  readonly hosts: ReadonlySet<string | undefined>;
  /** What the proxy answers instead of connecting; 200 connects. */
  refuse(status: number): void;
  stop(): void;
}

export async function proxiedNetwork(target: string): Promise<ProxiedNetwork> {
  const hosts = new Set<string | undefined>();
  // The target tells addresses of its own; whoever is behind the proxy cannot use them.
  const own = new URL(target).host;
  const hidden = createSecureServer(
    { cert: readFileSync(join(tls, "domain.pem")), key: readFileSync(join(tls, "domain.key")) },
    (incoming, outgoing) => {
      hosts.add(incoming.headers.host);
      const passed = request(
        target + (incoming.url ?? ""),
        { method: incoming.method, headers: headersFor(own, incoming.headers) },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            const { "content-encoding": encoding, ...headers } = answer.headers;
            const whole = Buffer.concat(chunks);
            const body = (encoding === "gzip" ? gunzipSync(whole) : whole).toString().replaceAll(own, hiddenHost);
            outgoing.writeHead(answer.statusCode ?? 500, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
          });
        },
      );
      incoming.pipe(passed);
    },
  );
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  let status = 200;
  const proxy = createServer().on("connect", ({ url = "", headers }, socket, head) => {
    asked.push(url);
    authorizations.push(headers["proxy-authorization"]);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const through = connect(portOf(hidden), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    through.on("error", () => socket.destroy());
    socket.on("error", () => through.destroy());
  });
  await Promise.all([hidden, proxy].map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
  return {
    proxy: `http://127.0.0.1:${portOf(proxy)}`,
    asked,
    authorizations,
    hosts,
    refuse: (answer) => {
      status = answer;
    },
    stop: () => {
      hidden.closeAllConnections();
      [hidden, proxy].forEach((server) => server.close());
    },
  };
}

/** The target serves its own name only, and is told for which one the client has signed. */
function headersFor(host: string, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return { ...headers, host, "x-forwarded-host": headers.host };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
