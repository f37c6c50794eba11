/** The leaves in which two property values differ, as `path: before → after`; values are JSON text where they are structured. */
export function valueChanges(name: string, before: string | undefined, after: string | undefined): string[] {
  return differences(name, parsed(before), parsed(after));
}

function differences(path: string, before: unknown, after: unknown): string[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`, before[key], after[key]));
  }
  const [from, to] = [written(before), written(after)];
  return from === to ? [] : [`${path}: ${from} → ${to}`];
}

function written(value: unknown): string {
  return value === undefined ? "∅" : typeof value === "string" ? value : JSON.stringify(value);
}

function parsed(text: string | undefined): unknown {
  if (text === undefined || !/^[[{]/.test(text)) {
    return text === "" ? undefined : text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A placeholder such as {{changeSet:KNOWN_AFTER_APPLY}}.
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
