import { fault } from "../faults";
import { type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { catalogOperations } from "./opensearch/catalog";
import { createDomain } from "./opensearch/creation";
import { describeConfig, describeDomain, domainsOf, getDomain, type DomainItem } from "./opensearch/domains";
import { legacyOperations } from "./opensearch/legacy";
import { domainName } from "./opensearch/requests";
import { read } from "./opensearch/rules";
import { tagOperations } from "./opensearch/tagging";
import { updateDomain, upgradeDomain } from "./opensearch/updates";

/** OpenSearch Service's control plane, in the API of today and the legacy one. The data plane is in search/. */
export function createOpenSearch(world: World, forgetData: (domain: string) => void): Service {
  const operations = { ...domainOperations(world), ...catalogOperations(world), ...tagOperations(world) };
  return {
    name: "es",
    operations: { ...operations, ...legacyOperations(operations) },
    start: () => {
      world.on("es.settle", (task) => settle(world, task.key));
      world.on("es.deleted", (task) => {
        forgetData(task.key);
        domainsOf(world).delete(task.key);
      });
    },
  };
}

/** Ends whatever a domain is doing, unless it is told to be stuck. */
function settle(world: World, name: string): void {
  const domain = domainsOf(world).get(name);
  if (domain === undefined || domain.status === "Deleting") {
    return;
  }
  if (fault(world, "domainStuck") !== undefined) {
    world.schedule("es.settle", name, 1_000);
    return;
  }
  domain.status = "Active";
  domain.change = { ...domain.change, isDone: true, updated: world.now() };
  world.save();
}

function domainOperations(world: World): Service["operations"] {
  return {
    CreateDomain: (input, call) => createDomain(world, input, call),
    DescribeDomain: (input, call) => ({ DomainStatus: describeDomain(world, getDomain(world, call, domainName(read(input)))) }),
    DescribeDomains: (input, call) => {
      const found = read(input)
        .texts("DomainNames")
        .flatMap((name) => {
          const domain = domainsOf(world).get(name);
          return domain?.region === call.region ? [describeDomain(world, domain)] : [];
        });
      return { DomainStatusList: found };
    },
    DescribeDomainConfig: (input, call) => ({ DomainConfig: describeConfig(getDomain(world, call, domainName(read(input)))) }),
    DescribeDomainHealth: (input, call) => describeHealth(getDomain(world, call, domainName(read(input)))),
    DescribeDomainChangeProgress: (input, call) => describeProgress(getDomain(world, call, domainName(read(input)))),
    UpdateDomainConfig: (input, call) => updateDomain(world, input, call),
    UpgradeDomain: (input, call) => upgradeDomain(world, input, call),
    DeleteDomain: (input, call) => deleteDomain(world, input, call),
    ListDomainNames: (input, call) => {
      const engine = read(input).text("EngineType", { values: ["OpenSearch", "Elasticsearch"] });
      const names = [...domainsOf(world).values()]
        .filter((domain) => domain.region === call.region)
        .map((domain) => ({ DomainName: domain.DomainName, EngineType: domain.EngineVersion.split("_")[0] }))
        .filter((domain) => engine === undefined || domain.EngineType === engine);
      return { DomainNames: names };
    },
  };
}

function deleteDomain(world: World, input: Input, call: Call): Output {
  const domain = getDomain(world, call, domainName(read(input)));
  if (domain.status !== "Deleting") {
    domain.status = "Deleting";
    world.cancel("es.settle", domain.DomainName);
    world.schedule("es.deleted", domain.DomainName, world.duration("domainDeleted"));
  }
  return { DomainStatus: describeDomain(world, domain) };
}

function describeHealth(domain: DomainItem): Output {
  const cluster = read(domain.ClusterConfig);
  const isReady = domain.status !== "Creating";
  return {
    DomainState: isReady ? (domain.status === "Active" ? "Active" : "Processing") : "NotAvailable",
    AvailabilityZoneCount: cluster.flag("ZoneAwarenessEnabled") === true ? "2" : "1",
    ActiveAvailabilityZoneCount: cluster.flag("ZoneAwarenessEnabled") === true ? "2" : "1",
    StandByAvailabilityZoneCount: "0",
    DataNodeCount: String(cluster.number("InstanceCount") ?? 1),
    DedicatedMaster: cluster.flag("DedicatedMasterEnabled") ?? false,
    MasterEligibleNodeCount: String(cluster.number("InstanceCount") ?? 1),
    WarmNodeCount: "0",
    MasterNode: isReady ? "Available" : "UnAvailable",
    ClusterHealth: isReady ? "Green" : "NotAvailable",
    TotalShards: "0",
    TotalUnAssignedShards: "0",
  };
}

function describeProgress(domain: DomainItem): Output {
  const { change } = domain;
  const stage = change.isDone ? "COMPLETED" : "PROCESSING";
  return {
    ChangeProgressStatus: {
      ChangeId: change.id,
      StartTime: new Date(change.started),
      Status: stage,
      PendingProperties: change.isDone ? [] : change.properties,
      CompletedProperties: change.isDone ? change.properties : [],
      TotalNumberOfStages: 3,
      ChangeProgressStages: ["Validation", "Creating a new environment", "Deleting older resources"].map((Name, at) => ({
        Name,
        Status: change.isDone || at === 0 ? "COMPLETED" : at === 1 ? "IN_PROGRESS" : "PENDING",
        LastUpdated: new Date(change.updated),
      })),
      LastUpdatedTime: new Date(change.updated),
      ConfigChangeStatus: change.isDone ? "Completed" : "ApplyingChanges",
      InitiatedBy: "CUSTOMER",
    },
  };
}
