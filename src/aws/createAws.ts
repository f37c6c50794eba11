import type { Connection } from "../core/aws/connection";
import type { Aws } from "../core/aws/ports";
import { createAppStream } from "./appstream";
import { createBuckets } from "./buckets";
import { createClientOptions, type ClientHooks } from "./clientOptions";
import { createCloudFormation } from "./cloudformation";
import { createDomains } from "./domains";
import { createIam } from "./iam";
import { createIdentity } from "./identity";
import { createLogGroups } from "./logGroups";
import { createPrices } from "./prices";
import { createNetwork } from "./network";
import { createQuotas } from "./quotas";
import { createSearchTransport } from "./searchTransport";
import { createStreams } from "./streams";

/** The clients of one connection. Nothing is read and no socket is opened before the first call. */
export function createAws(connection: Connection, hooks: ClientHooks = {}): Aws {
  const options = createClientOptions(connection, hooks);
  return {
    identity: createIdentity(options),
    streams: createStreams(options),
    domains: createDomains(options),
    appstream: createAppStream(options),
    cloudformation: createCloudFormation(options),
    buckets: createBuckets(options),
    logGroups: createLogGroups(options),
    iam: createIam(options),
    quotas: createQuotas(options),
    prices: createPrices(options),
    network: createNetwork(options),
    search: (target) => createSearchTransport(options, target),
  };
}
