import { at, listAt, type JsonObject } from "./json";
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

function namesIn(listing: JsonObject): string[] {
  return listAt(listing, "aggregations", "names", "buckets").map((bucket) => String(at(bucket, "key")));
}
