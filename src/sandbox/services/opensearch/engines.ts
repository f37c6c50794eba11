import { ServiceError } from "../../service";

/** What ListVersions offers, newest first. */
export const engineVersions: readonly string[] = [
  ...["3.3", "3.1", "2.19", "2.17", "2.15", "2.13", "2.11", "2.9", "2.7", "2.5", "2.3", "1.3", "1.2", "1.1", "1.0"].map(
    (version) => `OpenSearch_${version}`,
  ),
  ...[
    "7.10",
    "7.9",
    "7.8",
    "7.7",
    "7.4",
    "7.1",
    "6.8",
    "6.7",
    "6.5",
    "6.4",
    "6.3",
    "6.2",
    "6.0",
    "5.6",
    "5.5",
    "5.3",
    "5.1",
    "2.3",
    "1.5",
  ].map((version) => `Elasticsearch_${version}`),
];

export const defaultEngine = "OpenSearch_2.19";

interface Engine {
  readonly isOpenSearch: boolean;
  readonly major: number;
  readonly minor: number;
}

function parseEngine(version: string): Engine {
  const [name = "", number = ""] = version.split("_");
  const [major = 0, minor = 0] = number.split(".").map(Number);
  return { isOpenSearch: name === "OpenSearch", major, minor };
}

/** Whether the engine is OpenSearch or Elasticsearch of at least the version given. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const engine = parseEngine(version);
  return engine.isOpenSearch || engine.major > major || (engine.major === major && engine.minor >= minor);
}

/** Where an upgrade in place may lead: the next majors are reached through the last minor of the one before. */
export function compatibleVersions(from: string): readonly string[] {
  const source = parseEngine(from);
  return engineVersions.filter((version) => {
    const target = parseEngine(version);
    if (source.isOpenSearch !== target.isOpenSearch) {
      return !source.isOpenSearch && target.major === 1 && isAtLeast(from, 6, 8) && (source.major === 7 || version === "OpenSearch_1.3");
    }
    if (target.major === source.major) {
      return target.minor > source.minor;
    }
    const isLastMinor = !engineVersions.some((each) => {
      const other = parseEngine(each);
      return other.isOpenSearch === source.isOpenSearch && other.major === source.major && other.minor > source.minor;
    });
    return target.major === source.major + 1 && isLastMinor;
  });
}

/** GiB for a node of an instance type; undefined for a type that takes no EBS volume. */
export interface InstanceLimits {
  readonly minVolume: number;
  readonly maxVolume: number;
  readonly maxCount: number;
  readonly volumeTypes: readonly string[];
  readonly hasEncryption: boolean;
}

const sizes: Readonly<Record<string, number>> = { medium: 256, large: 512, xlarge: 1024, "2xlarge": 1536, "4xlarge": 3072 };
const instancePattern = /^(t2|t3|m3|m4|m5|m6g|c4|c5|c6g|r3|r4|r5|r6g|i3|or1)\.(micro|small|medium|\d*x?large)\.search$/;
const oldFamilies: ReadonlySet<string> = new Set(["t2", "m3", "m4", "c4", "r3", "r4"]);

/** Limits of an instance type with an engine; refuses the combinations that do not exist. */
export function instanceLimits(instanceType: string, version: string): InstanceLimits {
  const [, family = "", size = ""] = instancePattern.exec(instanceType) ?? [];
  const small: Readonly<Record<string, number>> = { "t2.small": 35, "t2.medium": 35, "t3.small": 100, "t3.medium": 200 };
  if (family === "" || (family.startsWith("t") && small[`${family}.${size}`] === undefined)) {
    throw new ServiceError("InvalidTypeException", `Invalid instance type: ${instanceType}`, 409);
  }
  if (!isAtLeast(version, 5, 6) && !oldFamilies.has(family)) {
    throw new ServiceError("ValidationException", `Instance type ${instanceType} is not supported for engine version ${version}.`);
  }
  const isMemory = family.startsWith("r") || family === "or1";
  return {
    minVolume: 10,
    maxVolume: small[`${family}.${size}`] ?? (sizes[size] ?? 6144) * (isMemory ? 2 : 1),
    maxCount: family === "t2" ? 10 : 80,
    volumeTypes: oldFamilies.has(family) ? ["standard", "gp2", "io1"] : ["standard", "gp2", "gp3", "io1"],
    hasEncryption: family !== "t2" && family !== "m3" && family !== "r3",
  };
}

export const instanceTypes: readonly string[] = [
  ...["t2.small", "t2.medium", "t3.small", "t3.medium", "m5.large", "m5.xlarge", "m5.2xlarge", "m6g.large", "m6g.xlarge", "m6g.2xlarge"],
  ...["r5.large", "r5.xlarge", "r6g.large", "r6g.xlarge", "c5.large", "c5.xlarge", "c6g.large", "c6g.xlarge", "or1.medium", "or1.large"],
].map((name) => `${name}.search`);
