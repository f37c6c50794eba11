import { domainFault } from "./domainFaults";
import { jsonResponse, type WireRequest, type WireResponse } from "./http";
import { closeDomains, deleteDomainData, handleDomain } from "./search/domain";
import type { Service } from "./service";
import { createAppStream } from "./services/appstream";
import { createCloudFormation } from "./services/cloudformation";
import { createEc2 } from "./services/ec2";
import { createFirehose } from "./services/firehose";
import { createIam } from "./services/iam";
import { decideForCaller } from "./services/iam/roles";
import { createLogs } from "./services/logs";
import { createOpenSearch } from "./services/opensearch";
import { domainsOf, endpointOf } from "./services/opensearch/domains";
import { createPricing } from "./services/pricing";
import { createS3 } from "./services/s3";
import { createServiceQuotas } from "./services/serviceQuotas";
import { callerArn, createSts } from "./services/sts";
import type { World } from "./world";

/** Everything the server routes to. */
export interface Mounts {
  readonly services: readonly Service[];
  /** Data plane of a domain; `request.path` is what follows `/_domain/NAME` and begins with a slash. */
  handleDomain(name: string, request: WireRequest): Promise<WireResponse>;
  /** Pages below `/_appstream/`; `request.path` is the whole path. */
  handleAppStream(request: WireRequest): Promise<WireResponse>;
  close(): void;
}

/** The place where each part of the sandbox is mounted. */
export function createMounts(world: World): Mounts {
  const appstream = createAppStream(world);
  return {
    services: [
      createSts(world),
      createIam(world),
      createS3(world),
      createLogs(world),
      createOpenSearch(world, (name) => deleteDomainData(world, name)),
      createFirehose(world),
      appstream,
      createCloudFormation(world),
      createServiceQuotas(world),
      createPricing(),
      createEc2(world),
    ],
    handleDomain: (name, request) => answerDomain(world, name, request),
    handleAppStream: (request) => appstream.streaming.handle(request),
    close: () => closeDomains(world),
  };
}

async function answerDomain(world: World, name: string, { caller, remoteAddress, ...request }: WireRequest): Promise<WireResponse> {
  const domain = domainsOf(world).get(name);
  if (domain === undefined || endpointOf(world, domain) === undefined) {
    return jsonResponse(404, { message: `The sandbox has no domain ${name} that can be used now.` });
  }
  const faulty = domainFault(world, { ...request, caller, remoteAddress });
  if (faulty !== undefined) {
    return faulty;
  }
  const arn = caller === undefined ? undefined : callerArn(world, caller);
  const { body, ...response } = await handleDomain(world, name, {
    ...request,
    sourceIp: remoteAddress,
    ...(arn === undefined ? {} : { caller: { arn, decides: (action, resource) => decideForCaller(world, arn, { action, resource }) } }),
  });
  return { ...response, body: typeof body === "string" ? body : Buffer.from(body) };
}
