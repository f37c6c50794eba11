import { type Culture, findCulture, invariantCulture } from "../config/decoration/culture";
import type { LocalOffset } from "../config/decoration/dotnetDate";

/** What the agent's process and machine contribute to a record. */
export interface AgentEnvironment {
  /** Environment variables of the service; names ignore case as on Windows. */
  readonly variables: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly culture: Culture;
  readonly localOffset: LocalOffset;
  readonly computerName: string;
  /** Absent when the machine is not on EC2: those variables are then empty. */
  readonly ec2?: Ec2Environment;
}

export interface Ec2Environment {
  readonly instanceId: string;
  readonly hostname: string;
  /** By metadata path without its leading slash, for example `placement/region`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface EnvironmentOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly now?: number;
  readonly culture?: string;
  readonly localOffset?: LocalOffset;
  readonly computerName?: string;
  readonly ec2?: Ec2Environment;
}

export function createEnvironment(options: EnvironmentOptions = {}): AgentEnvironment {
  const computerName = options.computerName ?? lookUp(options.variables ?? {}, "COMPUTERNAME") ?? "EC2AMAZ-EXAMPLE";
  const { now = 0 } = options;
  return {
    variables: { COMPUTERNAME: computerName, ...options.variables },
    now: () => now,
    culture: findCulture(options.culture ?? "en-US") ?? invariantCulture,
    localOffset: options.localOffset ?? (() => 0),
    computerName,
    ...(options.ec2 === undefined ? {} : { ec2: options.ec2 }),
  };
}

export function lookUp(variables: Readonly<Record<string, string>>, name: string): string | undefined {
  if (Object.hasOwn(variables, name)) {
    return variables[name];
  }
  const wanted = name.toUpperCase();
  const key = Object.keys(variables).find((candidate) => candidate.toUpperCase() === wanted);
  return key === undefined ? undefined : variables[key];
}

/** What an exception in the agent means for the record at hand. */
export class RecordLost extends Error {
  constructor(why: string) {
    super(why);
    this.name = "RecordLost";
  }
}
