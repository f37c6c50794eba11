import type { World } from "./world";

/** Calls of one operation that an account may make in a Region. */
interface Limit {
  readonly perSecond: number;
  /** At once, after a rest. */
  readonly burst: number;
}

/**
 * Firehose's and CloudWatch Logs' are published; of the others AWS says only that they throttle, and these are what one caller is
 * commonly granted. Services that are absent are not limited here, such as S3, whose limits nobody of a pipeline reaches.
 */
const limits: Readonly<Record<string, Limit>> = {
  firehose: { perSecond: 5, burst: 5 },
  cloudformation: { perSecond: 10, burst: 20 },
  appstream: { perSecond: 10, burst: 20 },
  iam: { perSecond: 20, burst: 40 },
  es: { perSecond: 10, burst: 20 },
  logs: { perSecond: 10, burst: 20 },
  servicequotas: { perSecond: 10, burst: 20 },
  pricing: { perSecond: 10, burst: 20 },
};

/** What carries data has limits of another size. */
const isData = (operation: string): boolean => /^Put(Record|RecordBatch|LogEvents)$/.test(operation);

interface Bucket {
  tokens: number;
  at: number;
}

const buckets = new WeakMap<World, Map<string, Bucket>>();

/** Whether the call comes too soon after others of its operation. Rates grow with the sandbox's speed, as everything in it does. */
export function isTooFrequent(world: World, service: string, operation: string, region: string): boolean {
  const limit = limits[service];
  if (limit === undefined || isData(operation)) {
    return false;
  }
  const key = `${service}:${operation}:${region}`;
  const known = bucketsOf(world);
  const now = world.now();
  const bucket = known.get(key) ?? { tokens: limit.burst, at: now };
  const refilled = Math.max(0, now - bucket.at) / world.interval(1);
  bucket.tokens = Math.min(limit.burst, bucket.tokens + refilled * limit.perSecond);
  bucket.at = now;
  known.set(key, bucket);
  if (bucket.tokens < 1) {
    return true;
  }
  bucket.tokens--;
  return false;
}

function bucketsOf(world: World): Map<string, Bucket> {
  let known = buckets.get(world);
  if (known === undefined) {
    known = new Map();
    buckets.set(world, known);
    world.onReset(() => known?.clear());
  }
  return known;
}
