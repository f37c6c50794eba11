import type { PipelineDefinition, PresetName } from "./definition";
import { fileNames } from "../config/fileNames";
import sessionStartScript from "./image/system_session_start.ps1";
import { parseDefinition, type ParsedDefinition } from "./parse";

export const scriptFolder = "C:\\AppStream\\SessionScripts";
export { fileNames };

export interface ProjectChoice {
  readonly preset: PresetName;
  readonly name: string;
  readonly region: string;
  /** The tutorial's domain needs at least one. */
  readonly allowedAddresses?: readonly string[];
}

/** Every file of a new project by its name; each passes its own checks. */
export function projectFiles(choice: ProjectChoice): Readonly<Record<string, string>> {
  const definition = json(definitionOf(choice));
  const agent = json(agentConfig(streamOf(parseDefinition(definition), choice), choice.region));
  return {
    [fileNames.definition]: definition,
    [fileNames.agentConfig]: agent,
    [fileNames.agentTemplate]: agent,
    [fileNames.sessionConfig]: json(sessionConfig()),
    [fileNames.sessionScript]: sessionStartScript,
  };
}

/** An address of the documentation block (RFC 5737), so that a domain is never open before the user has chosen. */
export const placeholderAddress = "203.0.113.7/32";

function definitionOf({ preset, name, region, allowedAddresses }: ProjectChoice): object {
  const addresses = allowedAddresses ?? (preset === "tutorial" ? [placeholderAddress] : undefined);
  return {
    version: 1,
    name,
    region,
    preset,
    ...(addresses === undefined ? {} : { allowedAddresses: addresses }),
    agentConfig: fileNames.agentConfig,
    sessionConfig: fileNames.sessionConfig,
    sessionScript: fileNames.sessionScript,
  };
}

function streamOf(parsed: ParsedDefinition, choice: ProjectChoice): string {
  return parsed.definition?.stream.name ?? `${choice.name}-stream`;
}

/** The agent's own configuration: valid as it stands, so that events before the session's start are kept. */
export function agentConfig(streamName: string, region: string): object {
  const source = (id: string, logName: string): object => ({ Id: id, SourceType: "WindowsEventLogSource", LogName: logName });
  const pipe = (id: string, from: string): object => ({ Id: id, SourceRef: from, SinkRef: "myKinesisFirehoseSink" });
  return {
    Sources: [source("ApplicationLog", "Application"), source("SystemLog", "System")],
    Sinks: [
      {
        Id: "myKinesisFirehoseSink",
        SinkType: "KinesisFirehose",
        ProfileName: "appstream_machine_role",
        Region: region,
        StreamName: streamName,
        Format: "json",
      },
    ],
    Pipes: [pipe("ApplicationLogToKinesisFirehose", "ApplicationLog"), pipe("SystemLogToKinesisFirehose", "SystemLog")],
  };
}

/** What AppStream runs when a session starts. */
export function sessionConfig(): object {
  const script = `${scriptFolder}\\${fileNames.sessionScript}`;
  const none = (context: string): object => ({ context, filename: "", arguments: "", s3LogEnabled: true });
  return {
    SessionStart: {
      executables: [
        {
          context: "system",
          filename: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
          arguments: `-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "${script}"`,
          s3LogEnabled: true,
        },
        none("user"),
      ],
      waitingTime: 30,
    },
    SessionTermination: { executables: [none("system"), none("user")], waitingTime: 30 },
  };
}

/** The files that a deployment uses where the definition names none. */
export function generatedFiles(definition: PipelineDefinition): {
  readonly agentConfig: string;
  readonly sessionConfig: string;
  readonly sessionScript: string;
} {
  const stream = definition.existing.stream ?? definition.stream.name;
  return {
    agentConfig: json(agentConfig(stream, definition.region)),
    sessionConfig: json(sessionConfig()),
    sessionScript: sessionStartScript,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
