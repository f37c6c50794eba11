import { parse } from "jsonc-parser";

/** The values that AppStream gives a session, by the names of its environment variables. */
export type SessionVariables = Readonly<Record<string, string>>;

const ours = [
  "AppStream_Stack_Name",
  "AppStream_User_Access_Mode",
  "AppStream_Session_Reservation_DateTime",
  "AppStream_UserName",
  "AppStream_Session_ID",
  "AppStream_Image_Arn",
  "AppStream_Instance_Type",
  "AppStream_Resource_Type",
  "AppStream_Resource_Name",
];

/**
 * The agent's configuration in a session: what the image's SessionStart script renders from its template.
 * An image without template or script keeps its appsettings.json as it is; one without any has none.
 */
export function sessionConfiguration(files: Readonly<Record<string, string>>, variables: SessionVariables): string | undefined {
  const base = files["appsettings.json"];
  const template = files["appsettings.template"];
  const runsScript = Object.keys(files).some((name) => name.toLowerCase().endsWith(".ps1")) && files["config.json"] !== undefined;
  if (template === undefined || !runsScript) {
    return base;
  }
  const config: unknown = parse(template, [], { allowTrailingComma: true });
  if (typeof config !== "object" || config === null) {
    return base;
  }
  const { Sinks: sinks } = config as { Sinks?: unknown };
  for (const sink of Array.isArray(sinks) ? (sinks as unknown[]) : []) {
    if (isRecord(sink) && /^kinesis(?:firehose|stream)$/i.test(textOf(sink["SinkType"])) && /^json$/i.test(textOf(sink["Format"]))) {
      sink["ObjectDecoration"] = joined(textOf(sink["ObjectDecoration"]), variables);
    }
  }
  return JSON.stringify(config, undefined, 2);
}

function joined(existing: string, variables: SessionVariables): string {
  const session = ours.flatMap((name) => {
    const value = variables[name];
    return value === undefined ? [] : [`${name}=${value.replace(/[;={}\u0000-\u001f\u007f]/g, "_").trim()}`];
  });
  const known = ours.map((name) => name.toLowerCase());
  const kept = existing.split(";").filter((piece) => {
    const [key = "", ...rest] = piece.split("=");
    return rest.length === 1 && key !== "" && !known.includes(key.toLowerCase());
  });
  return [...session, ...kept].join(";");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
