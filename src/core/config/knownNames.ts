/** Names of Windows and AWS that a configuration refers to and that are worth offering. Others are just as possible. */

export const eventLogs: readonly string[] = [
  "Application",
  "System",
  "Security",
  "Setup",
  "Windows PowerShell",
  "Microsoft-Windows-PowerShell/Operational",
  "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
  "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
  "Microsoft-Windows-User Profile Service/Operational",
  "Microsoft-Windows-GroupPolicy/Operational",
  "Microsoft-Windows-TaskScheduler/Operational",
  "Microsoft-Windows-Windows Defender/Operational",
  "Microsoft-Windows-Winlogon/Operational",
  "Microsoft-Windows-WMI-Activity/Operational",
  "Microsoft-Windows-NetworkProfile/Operational",
  "Microsoft-Windows-DNS-Client/Operational",
  "Microsoft-Windows-AppLocker/EXE and DLL",
  "Microsoft-Windows-Bits-Client/Operational",
  "Microsoft-Windows-PrintService/Operational",
  "Microsoft-Windows-Sysmon/Operational",
];

export const etwProviders: readonly string[] = [
  "Microsoft-Windows-DotNETRuntime",
  "Microsoft-Windows-Kernel-Process",
  "Microsoft-Windows-Kernel-File",
  "Microsoft-Windows-Kernel-Network",
  "Microsoft-Windows-Kernel-Registry",
  "Microsoft-Windows-DNS-Client",
  "Microsoft-Windows-IIS",
  "Microsoft-Windows-PowerShell",
  "Microsoft-Windows-TerminalServices-LocalSessionManager",
  "Microsoft-Windows-Winlogon",
  "Microsoft-Windows-User Profiles Service",
];

/** Category to its counters; `true`: the category has instances. */
export const counterCategories: Readonly<Record<string, { readonly instances: boolean; readonly counters: readonly string[] }>> = {
  Processor: { instances: true, counters: ["% Processor Time", "% User Time", "% Privileged Time", "Interrupts/sec"] },
  "Processor Information": { instances: true, counters: ["% Processor Time", "% Processor Utility", "Processor Frequency"] },
  Memory: {
    instances: false,
    counters: ["Available MBytes", "Available Bytes", "% Committed Bytes In Use", "Committed Bytes", "Pages/sec", "Page Faults/sec"],
  },
  LogicalDisk: {
    instances: true,
    counters: ["% Free Space", "Free Megabytes", "% Disk Time", "Disk Reads/sec", "Disk Writes/sec", "Current Disk Queue Length"],
  },
  PhysicalDisk: { instances: true, counters: ["% Disk Time", "Disk Bytes/sec", "Current Disk Queue Length"] },
  "Network Interface": { instances: true, counters: ["Bytes Total/sec", "Bytes Received/sec", "Bytes Sent/sec", "Output Queue Length"] },
  "Network Adapter": { instances: true, counters: ["Bytes Total/sec", "Packets/sec"] },
  "Paging File": { instances: true, counters: ["% Usage", "% Usage Peak"] },
  Process: { instances: true, counters: ["% Processor Time", "Working Set", "Private Bytes", "Handle Count", "Thread Count"] },
  System: { instances: false, counters: ["Processor Queue Length", "System Up Time", "Processes", "Threads", "Context Switches/sec"] },
  "Terminal Services": { instances: false, counters: ["Active Sessions", "Inactive Sessions", "Total Sessions"] },
  "GPU Engine": { instances: true, counters: ["Utilization Percentage"] },
  ".NET CLR Memory": { instances: true, counters: ["% Time in GC", "# Bytes in all Heaps"] },
  "Web Service": { instances: true, counters: ["Current Connections", "Bytes Total/sec", "Get Requests/sec"] },
};

export const regions: readonly string[] = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ca-central-1",
  "sa-east-1",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eu-south-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "il-central-1",
  "us-gov-west-1",
  "us-gov-east-1",
];

/** What the AppStream service sets for a session and for its machine. */
export const appstreamVariables: readonly { readonly name: string; readonly scope: "user" | "machine" }[] = [
  { name: "AppStream_Stack_Name", scope: "user" },
  { name: "AppStream_User_Access_Mode", scope: "user" },
  { name: "AppStream_Session_Reservation_DateTime", scope: "user" },
  { name: "AppStream_UserName", scope: "user" },
  { name: "AppStream_Session_ID", scope: "user" },
  { name: "APPSTREAM_SESSION_CONTEXT", scope: "machine" },
  { name: "AppStream_Image_Arn", scope: "machine" },
  { name: "AppStream_Instance_Type", scope: "machine" },
  { name: "AppStream_Resource_Type", scope: "machine" },
  { name: "AppStream_Resource_Name", scope: "machine" },
];

export const windowsVariables: readonly string[] = [
  "COMPUTERNAME",
  "USERDOMAIN",
  "OS",
  "PROCESSOR_ARCHITECTURE",
  "NUMBER_OF_PROCESSORS",
  "SystemRoot",
];

/** Fields of a Windows event record as `$` variables. */
export const eventFields: readonly string[] = [
  "EventId",
  "Description",
  "LevelDisplayName",
  "LogName",
  "MachineName",
  "ProviderName",
  "TimeCreated",
  "Index",
  "UserName",
  "Keywords",
];

export const pollingEventFields: readonly string[] = [
  "Id",
  "LevelDisplayName",
  "LogName",
  "MachineName",
  "ProviderName",
  "TimeCreated",
  "RecordId",
  "Level",
  "ProcessId",
  "ThreadId",
  "UserId",
];

export const etwFields: readonly string[] = [
  "EventName",
  "ProviderName",
  "FormattedMessage",
  "ProcessID",
  "ExecutingThreadID",
  "MachineName",
];

export const queries: readonly { readonly text: string; readonly of: "level" | "provider" | "id" | "all" | "data" }[] = [
  { text: "*", of: "all" },
  { text: "*[System[(Level=1 or Level=2 or Level=3)]]", of: "level" },
  { text: "*[System[Provider[@Name='${1:ExampleApp}']]]", of: "provider" },
  { text: "*[System[(EventID=${1:1001})]]", of: "id" },
  { text: "*[System[Provider[@Name='${1:ExampleApp}'] and EventID=${2:1001}]]", of: "provider" },
  { text: "*[EventData[Data[@Name='${1:Name}']='${2:value}']]", of: "data" },
];
