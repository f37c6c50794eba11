import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { closeDomains, domainCollection, handleDomain } from "../../src/sandbox/search/domain";
import { World } from "../../src/sandbox/world";

/** One domain of the sandbox behind an HTTP server of its own. */
export async function sandboxDomain(engineVersion: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const world = new World({ speed: 1, seed: 1, person: "auto", log: () => undefined });
  world.collection(domainCollection).set("contract", { EngineVersion: engineVersion });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
      const request = {
        method: incoming.method ?? "GET",
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers as Record<string, string>,
        body: Buffer.concat(chunks),
        caller: { arn: `arn:aws:iam::${world.account}:user/contract` },
      };
      handleDomain(world, "contract", request).then(
        (answer) => outgoing.writeHead(answer.status, answer.headers).end(answer.body),
        (thrown: unknown) => outgoing.writeHead(500).end(String(thrown)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      closeDomains(world);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
