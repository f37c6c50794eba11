import type { Problem, Severity } from "../../text/problem";
import type { Script } from "./scriptText";

/** What is known beyond the text. */
export interface ScriptContext {
  /** Seconds that config.json gives the event that runs the script. */
  readonly waitingTime?: number;
  readonly maxSessionsPerInstance?: number;
  /** The file starts with a byte order mark, so that Windows PowerShell reads it as UTF-8. */
  readonly byteOrderMark?: boolean;
}

export type ScriptFinding = Omit<Problem, "severity" | "code">;

export interface ScriptRule {
  readonly code: string;
  readonly severity: Severity;
  check(script: Script, context: ScriptContext): readonly ScriptFinding[];
}

/** The five variables of a streaming session; a system script finds them only in the user's registry hive. */
export const userVariables = [
  "AppStream_Stack_Name",
  "AppStream_User_Access_Mode",
  "AppStream_Session_Reservation_DateTime",
  "AppStream_UserName",
  "AppStream_Session_ID",
] as const;

export const machineVariables = [
  "AppStream_Image_Arn",
  "AppStream_Instance_Type",
  "AppStream_Resource_Type",
  "AppStream_Resource_Name",
] as const;
