import type { JsonNode } from "./jsonNode";
import { counterCategories, etwProviders, eventLogs, regions } from "./knownNames";
import { encodings } from "./agentFileKeys";
import { counterUnits } from "./agentSourceSchema";
import type { KeyRow } from "./schema";
import { windowsPowerShell } from "./sessionSchema";

/** Values worth offering for keys that take any text. */
export function knownValues(row: KeyRow, object: JsonNode | undefined): readonly string[] {
  switch (row.key) {
    case "LogName":
      return eventLogs;
    case "ProviderName":
      return etwProviders;
    case "Region":
    case "SupportedRegions":
      return regions;
    case "ProfileName":
      return ["appstream_machine_role", "default"];
    case "Category":
      return Object.keys(counterCategories);
    case "Counter":
    case "Counters":
      return countersOf(object);
    case "Unit":
      return counterUnits;
    case "Encoding":
      return encodings;
    case "FileNameFilter":
      return ["*.log", "*.txt", "*.log|*.txt", "*.csv"];
    case "Instances":
      return ["*", "_Total"];
    case "Delimiter":
      return [",", "\t", ";", "|"];
    case "TimestampFormat":
      return ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.fff", "yyyy-MM-ddTHH:mm:ss.fffZ", "MM/dd/yyyy HH:mm:ss", "dd.MM.yyyy HH:mm:ss"];
    case "filename":
    case "Filename":
      return [windowsPowerShell, "C:\\Windows\\System32\\cmd.exe"];
    case "arguments":
    case "Arguments":
      return ['-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "C:\\AppStream\\SessionScripts\\system_session_start.ps1"'];
    default:
      return [];
  }
}

/** Counters of the category that the object, or the one around it, names. */
function countersOf(object: JsonNode | undefined): readonly string[] {
  for (let at = object; at !== undefined; at = at.parent) {
    const category = at.kind === "object" ? at.member("Category")?.scalar : undefined;
    if (category !== undefined) {
      return counterCategories[category]?.counters ?? [];
    }
  }
  return [];
}
