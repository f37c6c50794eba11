import { at, listAt, numberAt, type JsonObject } from "./json";
import { indicesBody, namesPerSearch } from "./searchRequests";

/** The names in a listing of indices, and those that it had no room for: `search` asks for these. */
export async function allNames(listing: JsonObject, search: (body: JsonObject) => Promise<JsonObject>): Promise<string[]> {
  let found = namesIn(listing);
  const names = [...found];
  while (found.length >= namesPerSearch) {
    found = namesIn(await search(indicesBody(names, new Map())));
    names.push(...found);
  }
  return names;
}

export function namesIn(listing: JsonObject): string[] {
  return buckets(listing).map((bucket) => String(at(bucket, "key")));
}

/** By name, what changes when a document above the watched number comes or goes. */
export function sumsIn(listing: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    buckets(listing).map((bucket): [string, string] => [
      String(at(bucket, "key")),
      [numberAt(bucket, "s", "count"), numberAt(bucket, "s", "sum"), numberAt(bucket, "s", "max")].join(" "),
    ]),
  );
}

function buckets(listing: JsonObject): readonly unknown[] {
  return listAt(listing, "aggregations", "names", "buckets");
}
