import type { SearchTransport } from "../../../../src/core/aws/ports";
import { sandboxDomain } from "../../../contract/sandboxDomain";

export interface DomainTransport {
  readonly transport: SearchTransport;
  write(documents: readonly { readonly index: string; readonly id?: string; readonly source: object }[]): Promise<void>;
  stop(): Promise<void>;
}

/** A domain of the sandbox, and the way to it. */
export async function domainTransport(engineVersion: string): Promise<DomainTransport> {
  const domain = await sandboxDomain(engineVersion);
  const transport: SearchTransport = {
    send: async ({ method, path, query, body, contentType }) => {
      const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
      const headers = contentType === undefined ? {} : { "content-type": contentType };
      const answer = await fetch(`${domain.url}${path}${search}`, { method, headers, ...(body === undefined ? {} : { body }) });
      return { status: answer.status, headers: {}, body: await answer.text() };
    },
  };
  return {
    transport,
    write: async (documents) => {
      const lines = documents.flatMap(({ index, id, source }) => [
        { index: { _index: index, ...(id === undefined ? {} : { _id: id }) } },
        source,
      ]);
      const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
      await transport.send({ method: "POST", path: "/_bulk", query: { refresh: "true" }, body, contentType: "application/x-ndjson" });
    },
    stop: () => domain.stop(),
  };
}
