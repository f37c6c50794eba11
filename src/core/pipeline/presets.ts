import type { PipelineDefinition, PresetName } from "./definition";

type Preset = Omit<
  PipelineDefinition,
  "version" | "name" | "region" | "preset" | "account" | "agentConfig" | "sessionConfig" | "sessionScript"
>;

/** Everything a definition leaves out, from the preset it names. */
export function presetValues(preset: PresetName, name: string, region: string): Preset {
  return preset === "tutorial" ? tutorial(name, region) : recommended(name, region);
}

const powershell = {
  name: "PowerShell",
  displayName: "PowerShell",
  path: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
} as const;

const agentVersion = "1.2.10.2";

/** The tutorial of 2020, value for value; what it leaves open is the least costly choice. */
function tutorial(name: string, region: string): Preset {
  return {
    allowedAddresses: [],
    allowedPrincipals: [],
    domain: {
      name: "example-domain",
      engineVersion: "Elasticsearch_7.1",
      instanceType: "t2.medium.search",
      instanceCount: 2,
      zoneAwareness: false,
      volumeGb: 35,
      volumeType: "gp2",
      encryptionAtRest: false,
      nodeToNodeEncryption: false,
      enforceHttps: true,
      tlsPolicy: "Policy-Min-TLS-1-2-2019-07",
      subnetIds: [],
      securityGroupIds: [],
      masterUserArn: "",
      onDelete: "delete",
    },
    stream: {
      ...noEndpoint,
      name: "Example-Stream",
      destination: "opensearch",
      index: "example",
      indexRotation: "NoRotation",
      bufferMegabytes: 1,
      bufferSeconds: 60,
      retrySeconds: 60,
      backup: "FailedDocumentsOnly",
      compression: "UNCOMPRESSED",
      errorLogging: true,
    },
    bucket: { name: "", prefix: "", expirationDays: 30 },
    logs: { group: "/aws/kinesisfirehose/Example-Stream", retentionDays: 30 },
    roles: { delivery: `${name}-delivery-${region}`, machine: "AS2-KinesisAgent-Role" },
    image: {
      name: "Example-Image",
      displayName: "Example-Image",
      baseImage: "AppStream-WinServer2019-",
      builderName: "example-image",
      builderInstanceType: "stream.standard.medium",
      agentVersion,
      agentSha256: "",
      applications: [
        {
          name: "Firefox",
          displayName: "Firefox",
          path: "C:\\Program Files (x86)\\Mozilla Firefox\\firefox.exe",
          workingDirectory: "C:\\Program Files (x86)\\Mozilla Firefox",
        },
        powershell,
      ],
    },
    fleet: { ...oneInstance, name: "Example-Fleet" },
    appstreamStack: { name: "Example-Stack", displayName: "Example-Stack" },
    existing: {},
    tags: {},
  };
}

/** What one would choose today for the same purpose. */
function recommended(name: string, region: string): Preset {
  const stream = `${name}-stream`;
  return {
    allowedAddresses: [],
    allowedPrincipals: ["account"],
    domain: {
      name: name.toLowerCase(),
      engineVersion: "OpenSearch_2.19",
      instanceType: "t3.medium.search",
      instanceCount: 2,
      zoneAwareness: true,
      volumeGb: 20,
      volumeType: "gp3",
      encryptionAtRest: true,
      nodeToNodeEncryption: true,
      enforceHttps: true,
      tlsPolicy: "Policy-Min-TLS-1-2-PFS-2023-10",
      subnetIds: [],
      securityGroupIds: [],
      masterUserArn: "",
      onDelete: "delete",
    },
    stream: {
      ...noEndpoint,
      name: stream,
      destination: "opensearch",
      index: name.toLowerCase(),
      indexRotation: "OneDay",
      bufferMegabytes: 5,
      bufferSeconds: 60,
      retrySeconds: 3600,
      backup: "FailedDocumentsOnly",
      compression: "GZIP",
      errorLogging: true,
    },
    bucket: { name: "", prefix: "", expirationDays: 30 },
    logs: { group: `/aws/kinesisfirehose/${stream}`, retentionDays: 30 },
    roles: { delivery: `${name}-delivery-${region}`, machine: `${name}-agent-${region}` },
    image: {
      name: `${name}-image`,
      displayName: `${name}-image`,
      baseImage: "AppStream-WinServer2022-",
      builderName: `${name}-builder`,
      builderInstanceType: "stream.standard.medium",
      agentVersion,
      agentSha256: "",
      applications: [powershell],
    },
    fleet: { ...oneInstance, name: `${name}-fleet` },
    appstreamStack: { name: `${name}-stack`, displayName: `${name}-stack` },
    existing: {},
    tags: {},
  };
}

const noEndpoint = { url: "", secretArn: "", table: "" } as const;

const oneInstance = {
  type: "ON_DEMAND",
  instanceType: "stream.standard.medium",
  desiredInstances: 1,
  maxSessionsPerInstance: 1,
  maxUserDurationSeconds: 57_600,
  disconnectTimeoutSeconds: 900,
  idleDisconnectTimeoutSeconds: 900,
  streamView: "APP",
  defaultInternetAccess: true,
  subnetIds: [],
  securityGroupIds: [],
} as const;
