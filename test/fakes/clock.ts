import { abortError, type Clock } from "../../src/core/clock";

interface Waiter {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when everything waits. */
export class FakeClock implements Clock {
  #now: number;
  #waiters: Waiter[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortError());
        return;
      }
      const onAbort = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(abortError());
      };
      const wake = (): void => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const waiter: Waiter = { at: this.#now + ms, wake };
      this.#waiters.push(waiter);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Time passes while nothing runs: who waits is late. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** Lets `ms` pass, waking who waits at their time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await quiet();
      const next = this.#waiters.reduce<Waiter | undefined>(
        (first, waiter) => (first && first.at <= waiter.at ? first : waiter),
        undefined,
      );
      if (next === undefined || next.at > end) {
        break;
      }
      this.#now = Math.max(this.#now, next.at);
      this.#waiters = this.#waiters.filter((waiter) => waiter !== next);
      next.wake();
    }
    this.#now = end;
  }
}

/** Until the promises that are under way have come to a wait; a fake server answers within a turn. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
