import type { DotnetDate } from "../config/decoration/dotnetDate";
import type { Json } from "./newtonsoft";
import type { DotnetValue } from "./values";

/** One record on its way from a source to a sink. Methods throw RecordLost where the agent's code throws. */
export interface Envelope {
  /** What `{timestamp:...}` prints. */
  readonly timestamp: DotnetDate;
  /** The plain-text form; null prints as nothing. */
  plain(): string | null;
  /** `format` in lower case; undefined stands for "no form of its own", which means plain text. */
  formatted(format: string): string | null | undefined;
  /** `{$name}` */
  field(name: string): DotnetValue;
  /** `{_name}` with the name in lower case and without its underscore. */
  meta(name: string): DotnetValue;
  /** For EMFPipe: undefined when the record is not one of keys and values. */
  keyValues?(): readonly (readonly [string, Json])[];
}
