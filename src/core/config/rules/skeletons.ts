/** A declaration to begin with, on one line. */
export function skeleton(section: "Sources" | "Sinks" | "Pipes", source: string, sink: string): string {
  switch (section) {
    case "Sources":
      return oneLine({ Id: source, SourceType: "WindowsEventLogSource", LogName: "Application" });
    case "Sinks":
      return oneLine({
        Id: sink,
        SinkType: "KinesisFirehose",
        ProfileName: "appstream_machine_role",
        Region: "us-east-1",
        StreamName: "my-stream",
        Format: "json",
      });
    case "Pipes":
      return oneLine({ Id: `${source}To${sink}`, SourceRef: source, SinkRef: sink });
  }
}

function oneLine(members: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(members)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
}
