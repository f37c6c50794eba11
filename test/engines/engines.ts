/** The real engines that the contract and the tail are tested against. */
export const engines = {
  es71: { title: "Elasticsearch 7.1", version: "7.1.1", launcher: "elasticsearch", log4j: "2.17.2", java: 11, flags: [] },
  es710: { title: "Elasticsearch 7.10", version: "7.10.2", launcher: "elasticsearch", log4j: "2.17.2", java: 11, flags: [] },
  opensearch2: { title: "OpenSearch 2.19", version: "2.19.6", launcher: "opensearch2", log4j: "2.25.4", java: 11, flags: [] },
  opensearch3: {
    title: "OpenSearch 3",
    version: "3.8.0",
    launcher: "opensearch3",
    log4j: "2.25.4",
    java: 21,
    flags: ["--enable-native-access=ALL-UNNAMED"],
  },
} as const satisfies Record<string, EngineSpec>;

export interface EngineSpec {
  readonly title: string;
  readonly version: string;
  /** Folder below launchers. */
  readonly launcher: string;
  readonly log4j: string;
  /** Oldest JDK that it runs on. */
  readonly java: number;
  readonly flags: readonly string[];
  readonly plugin?: {
    /** Of Maven, a zip. */
    readonly artifact: string;
    /** Name of its class. */
    readonly main: string;
  };
}

/** With fine-grained access control, for a test of its own; the plugin is published for few versions. */
const secured = {
  title: "OpenSearch 2.19 with security",
  version: "2.19.4",
  launcher: "opensearch2",
  log4j: "2.25.4",
  java: 11,
  flags: [],
  plugin: { artifact: "org.opensearch.plugin:opensearch-security:2.19.4.0:zip", main: "org.opensearch.security.OpenSearchSecurityPlugin" },
} as const satisfies EngineSpec;

/** What `startEngine` can start. */
export const launchable: Readonly<Record<EngineName | "secured", EngineSpec>> = { ...engines, secured };

export type LaunchableName = keyof typeof launchable;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as readonly EngineName[];

/** The engines of this run: those that could be prepared, as `npm run test:engines` says. */
export function chosenEngines(): readonly EngineName[] {
  const wanted = process.env["TEST_ENGINES"]?.split(",") ?? [];
  return engineNames.filter((name) => wanted.includes(name));
}
