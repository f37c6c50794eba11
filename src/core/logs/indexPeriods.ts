/** Firehose writes to an index this long after its period. */
export const writtenAfterPeriod = 2 * 3_600_000;
const day = 24 * 3_600_000;
const quietAfter = 600_000;
const quietEvery = 15_000;
const dormantEvery = 300_000;

/** How long to wait between two polls of a stream whose index's period ends at `end`, in milliseconds: old indices rarely get anything. */
export function pollEvery(end: number, activeAt: number, now: number): number {
  if (end > now || now - activeAt < quietAfter) {
    return 0;
  }
  return now - Math.max(activeAt, end) < day ? quietEvery : dormantEvery;
}

/** Nothing can be under way to an index whose period ended so long ago. */
export function isDormant(end: number, now: number): boolean {
  return end + day < now;
}
