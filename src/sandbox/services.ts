import { textResponse, type WireRequest, type WireResponse } from "./http";
import type { Service } from "./service";
import { createSts } from "./services/sts";
import type { World } from "./world";

/** Everything the server routes to. */
export interface Mounts {
  readonly services: readonly Service[];
  /** Data plane of a domain; `request.path` is what follows `/_domain/NAME` and begins with a slash. */
  handleDomain(name: string, request: WireRequest): Promise<WireResponse>;
  /** Pages below `/_appstream/`; `request.path` is the whole path. */
  handleAppStream(request: WireRequest): Promise<WireResponse>;
}

/** The place where each part of the sandbox is mounted. */
export function createMounts(world: World): Mounts {
  return {
    services: [createSts(world)],
    handleDomain: (name) => Promise.resolve(textResponse(404, `No domain ${name}.`)),
    handleAppStream: () => Promise.resolve(textResponse(404, "Not found.")),
  };
}
