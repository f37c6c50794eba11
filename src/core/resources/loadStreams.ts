import type { Aws, Page } from "../aws/ports";
import { toAppError, type AppError } from "../errors";
import { streamDetails, summarizeStream } from "./stream";

import { factEntries, type Entry, type LoadRequest } from "./entry";
import { inParallel } from "./inParallel";

const rowsPerPage = 20;
/** Names cost one call each hundred, descriptions one call each; more at once is throttled. */
const namesPerCall = 100;
const describedAtOnce = 3;

/** A page of delivery streams, described. With a filter, names are read on until a page is full. */
export async function loadStreams(request: LoadRequest): Promise<Page<Entry>> {
  const names: string[] = [];
  let nextToken = request.nextToken;
  do {
    const page = await request.aws.streams.list(
      { limit: request.filtered ? namesPerCall : rowsPerPage, ...(nextToken === undefined ? {} : { nextToken }) },
      request.signal,
    );
    names.push(...page.items.filter((name) => request.accepts(name)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && names.length < rowsPerPage);
  const items = await inParallel(describedAtOnce, names, (name) => describe(request.aws, name, request.signal));
  return nextToken === undefined ? { items } : { items, nextToken };
}

async function describe(aws: Aws, name: string, signal: AbortSignal): Promise<Entry> {
  try {
    const stream = await aws.streams.get(name, signal);
    return {
      type: "resource",
      summary: summarizeStream(stream),
      tail: { stream: name },
      load: async () => ({ items: factEntries(streamDetails(stream)) }),
    };
  } catch (thrown) {
    return undescribed(name, toAppError(thrown));
  }
}

/** Known by name only: it may be listed but not described, or was deleted meanwhile. */
function undescribed(name: string, error: AppError): Entry {
  return {
    type: "resource",
    summary: {
      kind: "stream",
      name,
      state: "",
      tone: "unknown",
      description: error.message,
      facts: [],
    },
    tail: { stream: name },
  };
}
