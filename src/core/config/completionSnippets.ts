import type { agentModel } from "./agentModel";
import { shapeOf, typeKeyOf, typesOf, type SectionName } from "./agentSchema";
import type { KeyRow, Shape } from "./schema";

/** Plain text as a part of a snippet. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

function choice(values: readonly string[]): string {
  return values.map((value) => value.replace(/[\\,|$}]/g, "\\$&")).join(",");
}

export function valueSnippet(row: KeyRow, ids: readonly string[]): string {
  if (row.snippet !== undefined) {
    return row.snippet;
  }
  const options = ids.length > 0 ? ids : (row.values ?? []);
  if (row.kind === "string") {
    const fallback = row.default?.replace(/^"|"$/g, "");
    return options.length > 0 ? `"\${1|${choice(options)}|}"` : fallback === undefined ? '"$1"' : `"\${1:${escapeSnippet(fallback)}}"`;
  }
  if (row.kind === "boolean") {
    return row.default === "true" ? "${1|false,true|}" : "${1|true,false|}";
  }
  if (row.kind === "array") {
    return row.items === "object" || row.shape !== undefined ? "[\n\t{ $1 }\n]" : row.items === "string" ? '["$1"]' : "[$1]";
  }
  return row.kind === "object" ? "{ $1 }" : `\${1:${row.default ?? "0"}}`;
}

export function entrySnippet(row: KeyRow | undefined): string {
  return (row?.snippet ?? "{}")
    .replace(/^\[\n\t/, "")
    .replace(/\n\]$/, "")
    .replaceAll("\n\t", "\n");
}

export function declarationSnippets(
  section: SectionName,
  model: ReturnType<typeof agentModel>,
): { label: string; insert: string; help?: () => string }[] {
  const typeKey = typeKeyOf(section);
  if (section === "Pipes") {
    const shape = shapeOf(section, undefined);
    const ids = [...model.sources.keys()];
    const sinks = [...model.sinks.keys()];
    const refs = `"Id": "\${1:Pipe}",\n\t"SourceRef": "\${2${ids.length > 0 ? `|${choice(ids)}|` : ""}}",\n\t"SinkRef": "\${3${sinks.length > 0 ? `|${choice(sinks)}|` : ""}}"`;
    return [
      { label: "Pipe", insert: `{\n\t${refs}\n}`, ...(shape === undefined ? {} : { help: shape.help }) },
      { label: "RegexFilterPipe", insert: `{\n\t${refs},\n\t"Type": "RegexFilterPipe",\n\t"FilterPattern": "$4"\n}` },
    ];
  }
  return typesOf(section).flatMap((type) => {
    const shape = shapeOf(section, type);
    return shape === undefined ? [] : [{ label: type, insert: objectSnippet(shape, [{ key: typeKey, value: type }]), help: shape.help }];
  });
}

/** An object with its required keys as tab stops. */
export function objectSnippet(shape: Shape, fixed: readonly { readonly key: string; readonly value: string }[]): string {
  let stop = 0;
  const lines = shape.keys
    .filter((row) => row.required === true || row.key === "ProfileName")
    .map((row) => {
      const given = fixed.find((one) => one.key === row.key);
      if (given !== undefined) {
        return `"${row.key}": ${JSON.stringify(given.value)}`;
      }
      stop++;
      const value = row.key === "ProfileName" ? `"\${1:appstream_machine_role}"` : valueSnippet(row, []);
      return `"${row.key}": ${value.replace(/\$\{1|\$1/g, (text) => text.replace("1", String(stop)))}`;
    });
  return lines.length === 0 ? "{ $1 }" : `{\n\t${lines.join(",\n\t")}\n}`;
}
