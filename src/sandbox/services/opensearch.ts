import { toArn } from "../arns";
import { domainCollection } from "../search/domain";
import { ServiceError, type Call, type Input, type Service } from "../service";
import type { Item, World } from "../world";
import { checkDomain, engineVersions, instanceLimits } from "./opensearch/limits";

const readyTask = "es.ready";
const goneTask = "es.gone";

/** What an update may change; each replaces the stored member whole, ClusterConfig and EBSOptions member by member. */
const changeable = [
  "ClusterConfig",
  "EBSOptions",
  "AccessPolicies",
  "EncryptionAtRestOptions",
  "NodeToNodeEncryptionOptions",
  "DomainEndpointOptions",
  "AdvancedSecurityOptions",
  "VPCOptions",
] as const;

/** OpenSearch Service's control plane; the data plane of a domain is src/sandbox/search. */
export function createOpenSearch(world: World): Service {
  const domains = (): Map<string, Item> => world.collection(domainCollection);
  const find = (input: Input): Item => {
    const name = String(input["DomainName"]);
    const domain = domains().get(name);
    if (domain === undefined) {
      throw new ServiceError("ResourceNotFoundException", `Domain not found: ${name}`, 409);
    }
    return domain;
  };
  const byArn = (arn: unknown): Item => {
    const domain = [...domains().values()].find((each) => each["ARN"] === arn);
    if (domain === undefined) {
      throw new ServiceError("ResourceNotFoundException", `Domain not found: ${String(arn)}`, 409);
    }
    return domain;
  };
  return {
    name: "es",
    operations: {
      CreateDomain: (input, call) => ({ DomainStatus: statusOf(world, create(world, domains(), input, call)) }),
      DescribeDomain: (input) => ({ DomainStatus: statusOf(world, find(input)) }),
      DescribeDomains: (input) => ({
        DomainStatusList: listOf(input["DomainNames"]).flatMap((name) => {
          const domain = domains().get(String(name));
          return domain === undefined ? [] : [statusOf(world, domain)];
        }),
      }),
      DescribeDomainConfig: (input) => ({ DomainConfig: configOf(find(input)) }),
      UpdateDomainConfig: (input) => update(world, find(input), input),
      DescribeDomainHealth: (input) => ({
        DomainState: find(input)["Processing"] === true ? "Processing" : "Active",
        ClusterHealth: "Green",
      }),
      DescribeDomainChangeProgress: (input) => ({
        ChangeProgressStatus: { Status: find(input)["Processing"] === true ? "PROCESSING" : "COMPLETED" },
      }),
      DeleteDomain: (input) => ({ DomainStatus: statusOf(world, remove(world, find(input))) }),
      ListDomainNames: (input) => ({
        DomainNames: [...domains().values()]
          .map((domain) => ({
            DomainName: domain["DomainName"],
            EngineType: String(domain["EngineVersion"]).startsWith("Elasticsearch") ? "Elasticsearch" : "OpenSearch",
          }))
          .filter((entry) => input["EngineType"] === undefined || entry.EngineType === input["EngineType"]),
      }),
      ListVersions: () => ({ Versions: engineVersions }),
      DescribeInstanceTypeLimits: (input) => ({ LimitsByRole: instanceLimits(String(input["InstanceType"])) }),
      GetCompatibleVersions: (input) => ({
        CompatibleVersions: [{ SourceVersion: find(input)["EngineVersion"], TargetVersions: [] }],
      }),
      ListTags: (input) => ({ TagList: listOf(byArn(input["ARN"])["TagList"]) }),
      AddTags: (input) => {
        const domain = byArn(input["ARN"]);
        const added = listOf(input["TagList"]) as { Key: string }[];
        const kept = (listOf(domain["TagList"]) as { Key: string }[]).filter((tag) => !added.some((other) => other.Key === tag.Key));
        domain["TagList"] = limitTags([...kept, ...added]);
        world.save();
        return undefined;
      },
      RemoveTags: (input) => {
        const domain = byArn(input["ARN"]);
        const keys = listOf(input["TagKeys"]);
        domain["TagList"] = (listOf(domain["TagList"]) as { Key: string }[]).filter((tag) => !keys.includes(tag.Key));
        world.save();
        return undefined;
      },
    },
    start: () => {
      world.on(readyTask, (task) => {
        const domain = domains().get(task.key);
        if (domain !== undefined && domain["Deleted"] !== true) {
          domain["Processing"] = false;
          domain["Ready"] = true;
        }
      });
      world.on(goneTask, (task) => {
        domains().delete(task.key);
        world.collection(`search.${task.key}`).clear();
      });
    },
  };
}

function create(world: World, domains: Map<string, Item>, input: Input, call: Call): Item {
  const name = String(input["DomainName"]);
  const existing = domains.get(name);
  if (existing !== undefined) {
    throw existing["Deleted"] === true
      ? new ServiceError("ValidationException", "Domain is still being deleted")
      : new ServiceError("ResourceAlreadyExistsException", `Domain ${name} already exists`, 409);
  }
  const domain: Item = {
    EngineVersion: "OpenSearch_2.19",
    ClusterConfig: {},
    EBSOptions: { EBSEnabled: false },
    ...pick(input, ["EngineVersion", ...changeable]),
    DomainName: name,
    DomainId: `${world.account}/${name}`,
    ARN: toArn("es", call.region, world.account, `domain/${name}`),
    TagList: limitTags(listOf(input["TagList"])),
    Processing: true,
    Ready: false,
    Deleted: false,
  };
  domain["ClusterConfig"] = {
    InstanceType: "m5.large.search",
    InstanceCount: 1,
    DedicatedMasterEnabled: false,
    ZoneAwarenessEnabled: false,
    ...objectOf(domain["ClusterConfig"]),
  };
  checkDomain(domain);
  domains.set(name, domain);
  world.schedule(readyTask, name, world.duration("domainCreated"));
  return domain;
}

function update(world: World, domain: Item, input: Input): Record<string, unknown> {
  const changes = pick(input, [...changeable]);
  const next: Item = { ...domain, ...changes };
  for (const member of ["ClusterConfig", "EBSOptions"] as const) {
    next[member] = { ...objectOf(domain[member]), ...objectOf(input[member]) };
  }
  checkDomain(next);
  if (input["DryRun"] === true) {
    const type = changes["ClusterConfig"] !== undefined || changes["EBSOptions"] !== undefined ? "Blue/Green" : "DynamicUpdate";
    return { DomainConfig: configOf(next), DryRunResults: { DeploymentType: type, Message: "" } };
  }
  if (domain["Processing"] === true) {
    const text = "A change/update is in progress. Please wait for it to complete before requesting another change.";
    throw new ServiceError("ValidationException", text);
  }
  Object.assign(domain, next, { Processing: true });
  world.schedule(readyTask, String(domain["DomainName"]), world.duration("domainUpdated"));
  return { DomainConfig: configOf(domain) };
}

function remove(world: World, domain: Item): Item {
  if (domain["Deleted"] !== true) {
    Object.assign(domain, { Deleted: true, Processing: true });
    world.schedule(goneTask, String(domain["DomainName"]), world.duration("domainDeleted"));
  }
  return domain;
}

function statusOf(world: World, domain: Item): Record<string, unknown> {
  const ready = domain["Ready"];
  const shown = Object.fromEntries(Object.entries(domain).filter(([member]) => member !== "Ready" && member !== "TagList"));
  const name = String(domain["DomainName"]);
  return {
    ...shown,
    Created: true,
    UpgradeProcessing: false,
    DomainProcessingStatus:
      domain["Deleted"] === true ? "Deleting" : domain["Processing"] === true ? (ready === true ? "Modifying" : "Creating") : "Active",
    ...(ready === true ? { Endpoint: `${world.endpoint.replace(/^https?:\/\//, "")}/_domain/${name}` } : {}),
  };
}

/** Every member with its own status, as DescribeDomainConfig gives it. */
function configOf(domain: Item): Record<string, unknown> {
  const now = new Date();
  const status = {
    CreationDate: now,
    UpdateDate: now,
    UpdateVersion: 1,
    State: domain["Processing"] === true ? "Processing" : "Active",
    PendingDeletion: false,
  };
  const members = ["EngineVersion", ...changeable].filter((member) => domain[member] !== undefined);
  return Object.fromEntries(members.map((member) => [member, { Options: domain[member], Status: status }]));
}

function limitTags(tags: readonly unknown[]): readonly unknown[] {
  if (tags.length > 10) {
    throw new ServiceError("ValidationException", "A domain can have at most 10 tags.");
  }
  return tags;
}

function pick(input: Input, members: readonly string[]): Item {
  return Object.fromEntries(members.filter((member) => input[member] !== undefined).map((member) => [member, input[member]]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function objectOf(value: unknown): Item {
  return typeof value === "object" && value !== null ? (value as Item) : {};
}
