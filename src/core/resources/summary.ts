/** How a state is to be read, whatever the service calls it. */
export type Tone = "ok" | "busy" | "stopped" | "failed" | "unknown";

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export type ResourceKind = "stream" | "domain" | "index" | "fleet" | "appstreamStack" | "session" | "image" | "imageBuilder";

/** What a tree or a picker shows of a resource. */
export interface Summary {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly arn?: string;
  /** Label where it is not the name. */
  readonly label?: string;
  /** State or count, in words. */
  readonly description: string;
  readonly tone: Tone;
  /** The state as the service spells it; part of menu conditions. */
  readonly state: string;
  readonly facts: readonly Fact[];
}

/** RUNNING → Running, CREATING_FAILED → Creating failed. */
export function stateText(state: string): string {
  const words = state.replace(/_/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The facts that have a value. */
export function factsOf(rows: readonly (readonly [label: string, value: string | undefined])[]): readonly Fact[] {
  return rows.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [{ label, value }]));
}

/** arn:…:bucket-name, arn:…:domain/name, arn:…:role/path/name: the last part. */
export function nameOfArn(arn: string | undefined): string | undefined {
  return arn?.split(/[:/]/).at(-1);
}

/** 2026-11-24 17:05:09 UTC. */
export function timeText(time: Date | undefined): string | undefined {
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Groups of three digits, in every language the same. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
