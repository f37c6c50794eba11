/** 32-bit MurmurHash3 (x86) of the text's UTF-16LE bytes with seed 0: the engines' routing hash. */
export function routingHash(text: string): number {
  const c1 = 0xcc9e2d51;
  const c2 = 0x1b873593;
  const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
  let hash = 0;
  const pairs = text.length >> 1;
  for (let at = 0; at < pairs; at++) {
    let k = text.charCodeAt(2 * at) | (text.charCodeAt(2 * at + 1) << 16);
    k = Math.imul(rotate(Math.imul(k, c1), 15), c2);
    hash = (Math.imul(rotate(hash ^ k, 13), 5) + 0xe6546b64) | 0;
  }
  if (text.length % 2 === 1) {
    const k = text.charCodeAt(text.length - 1);
    hash ^= Math.imul(rotate(Math.imul(k, c1), 15), c2);
  }
  hash ^= text.length * 2;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Index settings default: room to split up to 1024 shards. */
export function routingShards(shards: number): number {
  const bits = shards <= 1 ? 0 : 32 - Math.clz32(shards - 1);
  return shards * 2 ** Math.max(1, 10 - bits);
}

/** The shard that a document with this routing value (its id by default) belongs to. */
export function shardOf(routing: string, shards: number): number {
  const spread = routingShards(shards);
  const slot = ((routingHash(routing) % spread) + spread) % spread;
  return Math.floor(slot / (spread / shards));
}
