import * as l10n from "@vscode/l10n";
import type { Domain, Page } from "../aws/ports";
import { AppError } from "../errors";
import { domainDetails, indexBaseName, parseIndices, summarizeDomain, summarizeIndex } from "./domain";
import { domainRefusal, refusalError } from "./domainRefusal";
import { factEntries, type Entry, type LoadRequest } from "./entry";

const rowsPerPage = 25;

/** Names come all at once; descriptions are read a page at a time. The token is the offset. */
export async function loadDomains(request: LoadRequest): Promise<Page<Entry>> {
  const names = (await request.aws.domains.list(request.signal)).map(({ name }) => name).filter((name) => request.accepts(name));
  names.sort();
  const start = Number(request.nextToken ?? 0);
  const end = start + rowsPerPage;
  const domains = await request.aws.domains.describe(names.slice(start, end), request.signal);
  const items = domains.map(domainEntry);
  return end < names.length ? { items, nextToken: String(end) } : { items };
}

function domainEntry(domain: Domain): Entry {
  return {
    type: "resource",
    summary: summarizeDomain(domain),
    tail: { domain: domain.name },
    load: async () => ({ items: [...factEntries(domainDetails(domain)), indicesEntry(domain)] }),
  };
}

function indicesEntry(domain: Domain): Entry {
  return {
    type: "group",
    key: "indices",
    label: l10n.t("Indices"),
    icon: "list-tree",
    empty: l10n.t("No indices yet."),
    load: (request) => loadIndices(domain, request),
  };
}

async function loadIndices(domain: Domain, { aws, connection, signal }: LoadRequest): Promise<Page<Entry>> {
  if (domain.endpoint === undefined) {
    throw new AppError("conflict", l10n.t("The domain {0} has no endpoint yet.", domain.name));
  }
  const endpoint = connection.kind === "sandbox" ? `http://${domain.endpoint}` : domain.endpoint;
  const search = aws.search({ endpoint, region: connection.region, access: { kind: "sigv4" } });
  const query = { format: "json", h: "index,health,docs.count,store.size", expand_wildcards: "open,closed" };
  const answer = await search.send({ method: "GET", path: "/_cat/indices", query, timeoutMs: 15_000 }, signal);
  const refusal = domainRefusal(answer.status, answer.body);
  if (refusal !== undefined) {
    throw refusalError(refusal, "");
  }
  if (answer.status !== 200) {
    throw new AppError("network", l10n.t("The domain answered with status {0}.", answer.status));
  }
  const items = parseIndices(answer.body).map((row): Entry => ({
    type: "resource",
    summary: summarizeIndex(row),
    parent: domain.name,
    tail: { domain: domain.name, index: indexBaseName(row.name) },
  }));
  return { items };
}
