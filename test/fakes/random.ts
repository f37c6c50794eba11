import { mulberry32 } from "../../src/sandbox/random";

/** Numbers from 0 up to 1, the same ones for the same seed, so that a failure can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    const drawn = mulberry32(state);
    ({ state } = drawn);
    return drawn.value;
  };
}
