import { appstreamVariables, eventFields } from "../config/knownNames";

/** Short names of a filter and the fields of the documents that they mean. */
export const fieldAliases: Readonly<Record<string, readonly string[]>> = {
  level: ["LevelDisplayName"],
  log: ["LogName"],
  provider: ["ProviderName"],
  id: ["EventId"],
  // UserName is a SID; the user of the session is the attribute that the session script adds.
  user: ["AppStream_UserName", "UserName"],
  stack: ["AppStream_Stack_Name"],
  fleet: ["AppStream_Resource_Name"],
  session: ["AppStream_Session_ID"],
  instance: ["MachineName"],
};

/** Free text is looked for here. */
export const textFields: readonly string[] = [
  "Description",
  "Message",
  "message",
  "EventData",
  "ProviderName",
  "LogName",
  "MachineName",
  "AppStream_UserName",
  "AppStream_Stack_Name",
];

/** Values of LevelDisplayName by what people type; other shippers write "Information". */
export const levelValues: Readonly<Record<string, readonly string[]>> = {
  critical: ["Critical"],
  crt: ["Critical"],
  error: ["Error"],
  err: ["Error"],
  warning: ["Warning"],
  warn: ["Warning"],
  wrn: ["Warning"],
  information: ["Informational", "Information"],
  informational: ["Informational", "Information"],
  info: ["Informational", "Information"],
  inf: ["Informational", "Information"],
  verbose: ["Verbose"],
  vrb: ["Verbose"],
  log: ["LogAlways"],
  logalways: ["LogAlways"],
  audit: ["LogAlways"],
};

/** Fields that a filter may name without `@`: those that the agent and the session script write. */
const documentFields = new Map([...eventFields, ...appstreamVariables.map(({ name }) => name)].map((name) => [name.toLowerCase(), name]));

/** The fields that a name of a filter means; undefined when it is no name but text. */
export function fieldsOf(name: string): readonly string[] | undefined {
  if (name.startsWith("@")) {
    return name.length > 1 ? [name.slice(1)] : undefined;
  }
  const lower = name.toLowerCase();
  const known = documentFields.get(lower);
  return Object.hasOwn(fieldAliases, lower) ? fieldAliases[lower] : known === undefined ? undefined : [known];
}
