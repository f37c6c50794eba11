import type { Connected } from "../../aws/connection";
import type { DeliveryStream } from "../../aws/ports";
import type { Clock } from "../../clock";
import { isAbort } from "../../errors";
import { targetOf, type PipelineDefinition } from "../../pipeline/definition";
import { askMachineRole, askStream, askTimeField, type MachineRole } from "./cloudQuestions";

/** An answer of the account, with the time it was given. */
export interface Known<T> {
  /** Undefined: what was asked about does not exist. */
  readonly value: T | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is known of the account at this moment; nothing here waits. */
export interface CloudKnowledge {
  readonly sandbox: boolean;
  readonly region: string;
  stream(name: string): Known<DeliveryStream> | undefined;
  machineRole(definition: PipelineDefinition): Known<MachineRole> | undefined;
  timeField(definition: PipelineDefinition): Known<string> | undefined;
}

export interface CloudAnswersDeps {
  readonly connected: Connected;
  readonly clock: Clock;
  /** Something is known now that was not, or other than before. */
  readonly changed: () => void;
  readonly failed: (question: string, thrown: unknown) => void;
}

interface Entry {
  known: Known<unknown> | undefined;
  /** When it is worth asking again. */
  due: number;
  asking: boolean;
}

/** An answer is asked for anew when it is needed and older than this. */
export const freshMs = 5 * 60_000;
const afterFailureMs = 60_000;

/**
 * The answers of one connection. Whoever needs one gets what is known, and a question of theirs that has no answer, or an
 * old one, is put to the account; one request at a time for each. A new connection is a new object: what answers after
 * `dispose` is thrown away.
 */
export class CloudAnswers implements CloudKnowledge {
  readonly sandbox: boolean;
  readonly region: string;
  private readonly deps: CloudAnswersDeps;
  private readonly entries = new Map<string, Entry>();
  private readonly stop = new AbortController();

  constructor(deps: CloudAnswersDeps) {
    this.deps = deps;
    this.sandbox = deps.connected.connection.kind === "sandbox";
    this.region = deps.connected.connection.region;
  }

  stream(name: string): Known<DeliveryStream> | undefined {
    return this.answer(`stream ${name}`, (signal) => askStream(this.aws, name, signal));
  }

  machineRole(definition: PipelineDefinition): Known<MachineRole> | undefined {
    const fleet = definition.existing.fleet ?? definition.fleet.name;
    const stream = this.stream(targetOf(definition).stream)?.value;
    return stream === undefined
      ? undefined
      : this.answer(`role of fleet ${fleet} for ${stream.name}`, (signal) => askMachineRole(this.aws, fleet, stream.arn, signal));
  }

  timeField(definition: PipelineDefinition): Known<string> | undefined {
    const { domain, index } = targetOf(definition);
    return domain === undefined || index === undefined
      ? undefined
      : this.answer(`index pattern ${index} of ${domain}`, (signal) => askTimeField(this.aws, definition, signal));
  }

  /** What is known stays shown with its age, and is asked for anew by whoever needs it next. */
  expire(): void {
    for (const entry of this.entries.values()) {
      entry.due = -Infinity;
    }
  }

  dispose(): void {
    this.stop.abort();
    this.entries.clear();
  }

  private get aws(): Connected["aws"] {
    return this.deps.connected.aws;
  }

  private answer<T>(question: string, ask: (signal: AbortSignal) => Promise<T | undefined>): Known<T> | undefined {
    const { clock } = this.deps;
    const entry = this.entries.get(question) ?? { known: undefined, due: -Infinity, asking: false };
    this.entries.set(question, entry);
    if (!entry.asking && clock.now() >= entry.due && !this.stop.signal.aborted) {
      entry.asking = true;
      entry.due = Infinity;
      void this.put(question, entry, ask);
    }
    return entry.known as Known<T> | undefined;
  }

  private async put<T>(question: string, entry: Entry, ask: (signal: AbortSignal) => Promise<T | undefined>): Promise<void> {
    const { clock, changed, failed } = this.deps;
    const { signal } = this.stop;
    const expired = (): boolean => entry.due !== Infinity;
    try {
      const value = await ask(signal);
      if (!signal.aborted) {
        entry.known = { value, at: clock.now() };
        entry.due = expired() ? -Infinity : clock.now() + freshMs;
      }
    } catch (thrown) {
      if (!signal.aborted && !isAbort(thrown)) {
        entry.due = expired() ? -Infinity : clock.now() + afterFailureMs;
        failed(question, thrown);
      }
    } finally {
      entry.asking = false;
      if (!signal.aborted && entry.known !== undefined) {
        changed();
      }
    }
  }
}
