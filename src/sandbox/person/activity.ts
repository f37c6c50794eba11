interface Phase {
  /** Events as a multiple of what is usual. */
  readonly factor: number;
  readonly meanMs: number;
  readonly weight: number;
}

const burst: Phase = { factor: 8, meanMs: 1_500, weight: 0.2 };
const phases: readonly Phase[] = [{ factor: 0.2, meanMs: 12_000, weight: 0.3 }, { factor: 1, meanMs: 10_000, weight: 0.5 }, burst];

/** What the factors come to over a long time. */
const meanFactor =
  phases.reduce((sum, { factor, meanMs, weight }) => sum + factor * meanMs * weight, 0) /
  phases.reduce((sum, { meanMs, weight }) => sum + meanMs * weight, 0);

/** When the events of one session come: quiet times, work and bursts, a given number a second on average. Logging on is a burst. */
export class Activity {
  private readonly random: () => number;
  private readonly perMs: number;
  private phase = burst;
  private phaseEnds: number | undefined;

  constructor(eventsPerSecond: number, random: () => number) {
    this.perMs = eventsPerSecond / 1000 / meanFactor;
    this.random = random;
  }

  /** The time of the first event after `at`. */
  after(at: number): number {
    let from = at;
    for (;;) {
      this.phaseEnds ??= from + this.exponential(this.phase.meanMs);
      const next = from + this.exponential(1 / (this.perMs * this.phase.factor));
      if (next <= this.phaseEnds) {
        return next;
      }
      from = Math.max(from, this.phaseEnds);
      this.phase = this.pick();
      this.phaseEnds = undefined;
    }
  }

  private exponential(mean: number): number {
    return -Math.log(1 - this.random()) * mean;
  }

  private pick(): Phase {
    let left = this.random() * phases.reduce((sum, { weight }) => sum + weight, 0);
    return phases.find(({ weight }) => (left -= weight) < 0) ?? burst;
  }
}
