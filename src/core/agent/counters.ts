// The first that occurs decides, so the more specific ones come first.
const sizeWords = ["mbytes", "megabytes", "kbytes", "kilobytes", "bytes"];
const timeWords = ["milliseconds", "seconds", "100 ns", "latency", "sec/"];
const percentWords = ["%", "percent"];

/** The unit that the agent takes for a counter without one. */
export function inferUnit(counterName: string): string {
  const name = counterName.toLowerCase();
  if (percentWords.some((word) => name.includes(word))) {
    return "Percent";
  }
  const isRate = name.includes("/sec") || name.includes("/ sec") || name.endsWith("rate") || counterName.startsWith("Rate of");
  const size = sizeWords.find((word) => name.includes(word));
  if (size !== undefined) {
    const unit = size.startsWith("m") ? "Megabytes" : size.startsWith("k") ? "Kilobytes" : "Bytes";
    return isRate ? `${unit}Second` : unit;
  }
  return isRate ? "CountSecond" : inferTimeUnit(name);
}

function inferTimeUnit(name: string): string {
  const word = timeWords.find((candidate) => name.includes(candidate));
  if (word === undefined) {
    return "Count";
  }
  return word.startsWith("s") ? "Seconds" : word === "100 ns" ? "HundredNanoseconds" : "Milliseconds";
}

/** Values are truncated to whole numbers. */
export function counterValue(raw: number): number {
  return Math.trunc(raw);
}
