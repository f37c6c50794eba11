import { engineNames, engines, type EngineName } from "./engines";
import { EngineUnavailable, prepareEngine } from "./prepare";

/** Prepares every engine that can run here and says of the others why not. */
export async function prepareAll(wanted: readonly string[], say: (line: string) => void): Promise<readonly EngineName[]> {
  const ready: EngineName[] = [];
  for (const name of engineNames.filter((each) => wanted.length === 0 || wanted.includes(each))) {
    try {
      await prepareEngine(name);
      ready.push(name);
      say(`${engines[name].title} (${engines[name].version}) is ready`);
    } catch (thrown) {
      if (!(thrown instanceof EngineUnavailable)) {
        throw thrown;
      }
      say(`skipped ${engines[name].title}: ${thrown.message}`);
    }
  }
  return ready;
}
