import type { Declaration } from "../agentModel";
import { isTrue } from "../agentModel";
import { analyzeDotnetRegex } from "../decoration/dotnetRegex";
import { eventFields } from "../knownNames";

const pollingProperties = (
  "Id Version Qualifiers Level Task Opcode Keywords RecordId ProviderName ProviderId LogName ProcessId ThreadId MachineName UserId " +
  "TimeCreated ActivityId RelatedActivityId Bookmark LevelDisplayName OpcodeDisplayName TaskDisplayName KeywordsDisplayNames Properties " +
  "ContainerLog MatchedQueryIds"
).split(" ");
const traceFields = ["EventName", "ProviderName", "FormattedMessage", "ProcessID", "ExecutingThreadID", "MachineName", "Payload"];
const sysLogFields = ["SyslogTimestamp", "Hostname", "Program", "Message", "Timestamp"];
const unresolved = ["Timestamp", "Count"];
const eventMembers = [...eventFields, "EventData"];
const eventLocals = [...eventFields, "EventData", "Xml"];

/** What a source's records hold. */
export interface RecordFields {
  /** Members of the JSON form that are known to be there. */
  readonly members: readonly string[];
  /** Names that `$` finds; undefined when any may be there. */
  readonly locals: readonly string[] | undefined;
}

export function recordFields(source: Declaration): RecordFields {
  switch (source.type) {
    case "WindowsEventLogSource":
    case "WindowsEventLogPollingSource": {
      const members = isTrue(source.node.member("IncludeEventData")) ? eventMembers : eventFields;
      const locals = source.type === "WindowsEventLogSource" ? eventLocals : pollingProperties;
      return { members, locals };
    }
    case "WindowsETWEventSource":
      return { members: traceFields, locals: traceFields };
    case "DirectorySource":
      return parserFields(source);
    case "W3SVCLogSource":
      return { members: ["Timestamp"], locals: unresolved };
    case "ULSSource":
    case "ExchangeLogSource":
      return { members: [], locals: unresolved };
    default:
      return { members: [], locals: undefined };
  }
}

export function parserOf(source: Declaration): string {
  return source.type === "DirectorySource" ? (source.node.member("RecordParser")?.scalar?.trim().toLowerCase() ?? "") : "";
}

function parserFields(source: Declaration): RecordFields {
  switch (parserOf(source)) {
    case "singleline":
      return { members: [], locals: [] };
    case "regex":
    case "timestamp": {
      const groups = extractedGroups(source);
      return { members: groups, locals: groups };
    }
    case "delimited":
      return { members: headers(source), locals: unresolved };
    case "syslog":
      return { members: sysLogFields, locals: sysLogFields };
    default:
      return { members: [], locals: undefined };
  }
}

const groupsOf = new WeakMap<Declaration, readonly string[]>();

/** Named groups of the extraction pattern; numbered ones never become fields. */
export function extractedGroups(source: Declaration): readonly string[] {
  let groups = groupsOf.get(source);
  if (groups === undefined) {
    const pattern = source.node.member("ExtractionPattern")?.scalar ?? "";
    groups = pattern === "" ? [] : analyzeDotnetRegex(pattern).groupNames.filter((name) => !/^\d+$/.test(name));
    groupsOf.set(source, groups);
  }
  return groups;
}

function headers(source: Declaration): string[] {
  const text = source.node.member("Headers")?.scalar ?? "";
  const delimiter = source.node.member("Delimiter")?.scalar ?? "";
  return text === "" ? [] : (delimiter === "" ? [text] : text.split(delimiter)).filter((header) => header !== "");
}
