import type { LogFilter } from "./filter";
import type { StreamCursor } from "./streamCursor";
import type { TailParts } from "./tailParts";

/** What is still to be done with a stream before it is polled, under the filter of the moment; false while its shard is silent. */
export type StreamTask = (filter: LogFilter) => Promise<boolean>;

/**
 * Shards that did not answer when their cursors were placed or the filter changed: both are done when they answer, and the others go
 * on meanwhile.
 */
export class SilentStreams {
  readonly #tasks = new Map<StreamCursor, StreamTask>();

  add(stream: StreamCursor, task: StreamTask): void {
    stream.silent = true;
    stream.failures++;
    this.#tasks.set(stream, task);
  }

  async retry({ clock, sender }: TailParts, filter: LogFilter): Promise<void> {
    for (const [stream, task] of this.#tasks) {
      if (stream.blockedUntil > clock.now()) {
        continue;
      }
      if (await task(filter)) {
        this.#tasks.delete(stream);
        stream.silent = false;
      } else {
        stream.blockedUntil = clock.now() + sender.backoff(stream.failures++);
      }
    }
  }
}
