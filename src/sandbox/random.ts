/** Uniform in [0, 1): mulberry32 from a state of 32 bits. Gives the number and the next state. */
export function mulberry32(state: number): { readonly value: number; readonly state: number } {
  const next = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(next ^ (next >>> 15), next | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return { value: ((t ^ (t >>> 14)) >>> 0) / 4294967296, state: next };
}

/** A source of its own for each name: what one draws does not depend on what others do. */
export function randomSource(seed: number, name: string): () => number {
  let state = seed >>> 0;
  for (let at = 0; at < name.length; at++) {
    state = Math.imul(state ^ name.charCodeAt(at), 0x01000193) >>> 0;
  }
  return () => {
    const drawn = mulberry32(state);
    state = drawn.state;
    return drawn.value;
  };
}
