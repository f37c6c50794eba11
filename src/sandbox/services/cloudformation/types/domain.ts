import { toArn } from "../../../arns";
import type { Properties } from "../items";
import {
  asObject,
  documentText,
  done,
  generatedName,
  isSame,
  pick,
  systemTags,
  tagsOf,
  text,
  unlessCode,
  withoutSystemTags,
  type HandlerContext,
  type ResourceType,
} from "./resourceType";

const plain = [
  "ClusterConfig",
  "EBSOptions",
  "AdvancedOptions",
  "AdvancedSecurityOptions",
  "DomainEndpointOptions",
  "EncryptionAtRestOptions",
  "NodeToNodeEncryptionOptions",
  "VPCOptions",
  "LogPublishingOptions",
  "SnapshotOptions",
  "CognitoOptions",
] as const;

const gone = ["ResourceNotFoundException"];

const toInput = (properties: Properties): Record<string, unknown> => ({
  ...pick(properties, plain),
  ...(properties["AccessPolicies"] === undefined ? {} : { AccessPolicies: documentText(properties["AccessPolicies"]) }),
});

async function describe({ call }: HandlerContext, name: string): Promise<Record<string, unknown>> {
  const answer = await unlessCode(call.invoke("es", "DescribeDomain", { DomainName: name }), gone, {});
  return asObject(answer["DomainStatus"]);
}

async function isReady(context: HandlerContext, name: string): Promise<boolean> {
  return (await describe(context, name))["Processing"] === false;
}

export const domainType: ResourceType = {
  properties: [
    ...plain,
    "AccessPolicies",
    "DomainName",
    "EngineVersion",
    "Tags",
    "IPAddressType",
    "OffPeakWindowOptions",
    "SoftwareUpdateOptions",
  ],
  required: [],
  createOnly: ["DomainName", "EngineMode"],
  nameProperty: "DomainName",
  isTaggable: true,
  alsoReplaces: (before, after, policies) => {
    const upgrade = asObject(policies["UpdatePolicy"])["EnableVersionUpgrade"];
    const changed = !isSame(before["EngineVersion"], after["EngineVersion"]);
    const moves = (before["VPCOptions"] === undefined) !== (after["VPCOptions"] === undefined);
    return [...(changed && String(upgrade) !== "true" ? ["EngineVersion"] : []), ...(moves ? ["VPCOptions"] : [])];
  },
  create: async (context, properties, state) => {
    if (state !== undefined) {
      return { isDone: await isReady(context, text(state, "name") ?? ""), state };
    }
    const name = text(properties, "DomainName") ?? generatedName(context, 28).toLowerCase();
    await context.call.invoke("es", "CreateDomain", {
      ...toInput(properties),
      ...pick(properties, ["EngineVersion"]),
      DomainName: name,
      TagList: tagsOf(properties),
    });
    await addSystemTags(context, name);
    return { isDone: false, physicalId: name, state: { name } };
  },
  update: async (context, physicalId, properties, before, state) => {
    const { call } = context;
    if (!(await isReady(context, physicalId))) {
      return { isDone: false, state: state ?? {} };
    }
    const phase = text(state ?? {}, "phase") ?? "config";
    if (phase === "config") {
      await setTags(context, physicalId, properties, before);
      const changed = Object.entries(toInput(properties)).filter(([name, value]) => !isSame(value, toInput(before)[name]));
      if (changed.length > 0) {
        await call.invoke("es", "UpdateDomainConfig", { DomainName: physicalId, ...Object.fromEntries(changed) });
      }
      return { isDone: false, state: { phase: "engine" } };
    }
    const engine = text(properties, "EngineVersion");
    if (phase === "engine" && engine !== undefined && engine !== (await describe(context, physicalId))["EngineVersion"]) {
      await call.invoke("es", "UpgradeDomain", { DomainName: physicalId, TargetVersion: engine });
      return { isDone: false, state: { phase: "settle" } };
    }
    return done;
  },
  remove: async (context, physicalId, _properties, state) => {
    if (state === undefined) {
      await unlessCode(context.call.invoke("es", "DeleteDomain", { DomainName: physicalId }), gone, {});
    }
    return { isDone: (await describe(context, physicalId))["DomainName"] === undefined, state: { isDeleting: true } };
  },
  attributes: async (context, physicalId) => {
    const domain = await describe(context, physicalId);
    const arn = text(domain, "ARN") ?? "";
    return {
      Arn: arn,
      DomainArn: arn,
      Id: text(domain, "DomainId") ?? "",
      DomainEndpoint: text(domain, "Endpoint") ?? text(asObject(domain["Endpoints"]), "vpc") ?? "",
    };
  },
  read: async (context, physicalId) => {
    const domain = await describe(context, physicalId);
    if (domain["DomainName"] === undefined || domain["Deleted"] === true) {
      return undefined;
    }
    const { TagList } = await context.call.invoke("es", "ListTags", { ARN: domain["ARN"] });
    const policies = text(domain, "AccessPolicies") ?? "";
    return {
      ...pick(domain, [...plain, "DomainName", "EngineVersion"]),
      ...(policies === "" ? {} : { AccessPolicies: JSON.parse(policies) as unknown }),
      Tags: withoutSystemTags(tagsOf({ Tags: TagList })),
    };
  },
};

const arnOf = ({ world, call }: HandlerContext, name: string): string => toArn("es", call.region, world.account, `domain/${name}`);

/** The system's tags do not count against the domain's limit of ten. */
async function addSystemTags(context: HandlerContext, name: string): Promise<void> {
  await unlessCode(
    context.call.invoke("es", "AddTags", { ARN: arnOf(context, name), TagList: systemTags(context) }),
    ["LimitExceededException"],
    {},
  );
}

async function setTags(context: HandlerContext, name: string, properties: Properties, before: Properties): Promise<void> {
  const ARN = arnOf(context, name);
  const kept = tagsOf(properties).map((tag) => tag.Key);
  const TagKeys = tagsOf(before)
    .map((tag) => tag.Key)
    .filter((key) => !kept.includes(key));
  await context.call.invoke("es", "RemoveTags", { ARN, TagKeys });
  await context.call.invoke("es", "AddTags", { ARN, TagList: tagsOf(properties) });
}
