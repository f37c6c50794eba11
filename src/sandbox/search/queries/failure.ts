import { EngineError } from "../errors";
import type { Json } from "../json";
import type { QueryContext } from "./clause";

export const createFailure = "failed to create query: ";

/** A query that one index cannot answer; the uuid is filled in where the failure is reported. */
export function queryFailure(reason: string, context: QueryContext, causedBy?: Json): EngineError {
  return new EngineError("query_shard_exception", reason, 400, {
    fields: { index: context.index, index_uuid: "_na_" },
    ...(causedBy === undefined ? {} : { causedBy }),
  });
}
