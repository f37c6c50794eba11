import type { ApiReply } from "./api/router";
import type { Engine } from "./engine";
import type { DomainRequest } from "./http";

/** Kibana or Dashboards beside the engine: undefined where the path is not theirs. */
export function dashboardsReply(_engine: Engine, _request: DomainRequest): ApiReply | undefined {
  return undefined;
}
