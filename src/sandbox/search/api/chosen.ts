import type { SearchIndex } from "../searchIndex";
import { flag, type ApiRequest } from "./router";

export function chosen(request: ApiRequest, closed: "refuse" | "include" = "include"): readonly SearchIndex[] {
  return request.engine.resolve(request.params["index"], {
    ignoreUnavailable: flag(request, "ignore_unavailable"),
    allowNoIndices: request.query.get("allow_no_indices") !== "false",
    closed,
  });
}
