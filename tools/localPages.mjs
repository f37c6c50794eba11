// The web editor sends a link to http://127.0.0.1:PORT through a proxy that only its vendor's product has. This stands in
// its place: it answers GET /PORT/PATH with a redirection to that page.
import { createServer } from "node:http";

/** @returns {Promise<{ template: string, close: () => Promise<void> }>} the template is for the variable VSCODE_PROXY_URI */
export async function localPages() {
  const server = createServer((request, response) => {
    const { port } = server.address();
    const target = localTarget(request.method, request.headers.host, request.url, port);
    if (target === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(302, { location: target, "cache-control": "no-store", "referrer-policy": "no-referrer" }).end();
    }
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    template: `http://127.0.0.1:${server.address().port}/{{port}}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Only pages of this machine, asked for by its own name. */
function localTarget(method, host, path, ownPort) {
  const found = /^\/(\d{1,5})(\/.*)?$/.exec(path);
  const port = Number(found?.[1]);
  const known = [`127.0.0.1:${ownPort}`, `localhost:${ownPort}`].includes(host);
  return (method === "GET" || method === "HEAD") && known && port > 0 && port < 65536
    ? `http://127.0.0.1:${port}${found[2] ?? "/"}`
    : undefined;
}
