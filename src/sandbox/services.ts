import type { WireRequest, WireResponse } from "./http";
import { handleDomain } from "./search/domain";
import type { Service } from "./service";
import { createAppStream } from "./services/appstream";
import { createFirehose } from "./services/firehose";
import { createOpenSearch } from "./services/opensearch";
import { callerArn, createSts } from "./services/sts";
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
  const appstream = createAppStream(world);
  return {
    services: [createSts(world), createFirehose(world), createOpenSearch(world), appstream],
    handleDomain: async (name, { caller, remoteAddress, ...request }) => {
      const { body, ...response } = await handleDomain(world, name, {
        ...request,
        sourceIp: remoteAddress,
        ...(caller === undefined ? {} : { caller: { arn: callerArn(world, caller) } }),
      });
      return { ...response, body: typeof body === "string" ? body : Buffer.from(body) };
    },
    handleAppStream: (request) => appstream.streaming.handle(request),
  };
}
