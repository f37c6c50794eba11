/** One kind of Windows event that instances log; `{a|b|c}` in a description is a choice, `{n:LOW-HIGH}` a number. */
export interface EventKind {
  readonly log: "Application" | "System";
  readonly provider: string;
  readonly id: number;
  /** Windows' level: 2 error, 3 warning, 4 information. */
  readonly level: 2 | 3 | 4;
  readonly weight: number;
  readonly description: string;
  readonly keywords?: string;
  readonly userId?: string;
}

const localSystem = "S-1-5-18";
const services =
  "Windows Update|Background Intelligent Transfer Service|Windows Modules Installer|Print Spooler|Software Protection|WMI Performance Adapter|Network Setup Service|Device Setup Manager";
const programs = "viewer.exe|firefox.exe|excel.exe|designer.exe|reports.exe|acad.exe";

/** What happens when a user's session begins. */
export const sessionStart: readonly EventKind[] = [
  {
    log: "System",
    provider: "Microsoft-Windows-Winlogon",
    id: 7001,
    level: 4,
    weight: 1,
    description: "User Logon Notification for Customer Experience Improvement Program",
    keywords: "",
    userId: localSystem,
  },
  {
    log: "Application",
    provider: "Desktop Window Manager",
    id: 9027,
    level: 4,
    weight: 1,
    description: "The Desktop Window Manager has registered the session port.",
  },
  {
    log: "Application",
    provider: "Microsoft-Windows-User Profiles Service",
    id: 1531,
    level: 4,
    weight: 1,
    description: "The User Profile Service has started successfully. \r\n\r\n",
    keywords: "",
    userId: localSystem,
  },
];

/** What goes on during a session. */
export const ongoing: readonly EventKind[] = [
  {
    log: "System",
    provider: "Service Control Manager",
    id: 7036,
    level: 4,
    weight: 14,
    description: `The {${services}} service entered the {running|stopped} state.`,
  },
  {
    log: "System",
    provider: "Service Control Manager",
    id: 7040,
    level: 4,
    weight: 4,
    description:
      "The start type of the Background Intelligent Transfer Service service was changed from {auto start to demand start|demand start to auto start}.",
    userId: localSystem,
  },
  {
    log: "System",
    provider: "Service Control Manager",
    id: 7045,
    level: 4,
    weight: 1,
    description:
      "A service was installed in the system.\r\n\r\nService Name:  Mozilla Maintenance Service\r\nService Type:  user mode service\r\nService Start Type:  demand start\r\nService Account:  LocalSystem",
    userId: localSystem,
  },
  {
    log: "System",
    provider: "Service Control Manager",
    id: 7031,
    level: 2,
    weight: 2,
    description: `The {${services}} service terminated unexpectedly.  It has done this {n:1-4} time(s).  The following corrective action will be taken in 60000 milliseconds: Restart the service.`,
  },
  {
    log: "System",
    provider: "Service Control Manager",
    id: 7000,
    level: 2,
    weight: 1,
    description: `The {${services}} service failed to start due to the following error: \r\nThe service did not respond to the start or control request in a timely fashion.`,
  },
  {
    log: "System",
    provider: "Microsoft-Windows-DistributedCOM",
    id: 10016,
    level: 3,
    weight: 5,
    description:
      "The application-specific permission settings do not grant Local Activation permission for the COM Server application with CLSID \r\n{2593F8B9-4EAF-457C-B68A-50F6B8EA6B54}\r\n and APPID \r\n{15C20B67-12E7-4BB6-92BB-7AFF07997402}\r\n to the user NT AUTHORITY\\LOCAL SERVICE SID (S-1-5-19) from address LocalHost (Using LRPC).",
    userId: "S-1-5-19",
  },
  {
    log: "System",
    provider: "Microsoft-Windows-DNS-Client",
    id: 1014,
    level: 3,
    weight: 3,
    description:
      "Name resolution for the name {wpad|telemetry.example.com|license.example.com} timed out after none of the configured DNS servers responded.",
    keywords: "",
    userId: "S-1-5-20",
  },
  {
    log: "System",
    provider: "Microsoft-Windows-Time-Service",
    id: 37,
    level: 4,
    weight: 3,
    description:
      "The time provider NtpClient is currently receiving valid time data from 169.254.169.123,0x9 (ntp.m|0x9|0.0.0.0:123->169.254.169.123:123).",
    keywords: "",
    userId: "S-1-5-19",
  },
  {
    log: "System",
    provider: "Microsoft-Windows-GroupPolicy",
    id: 1500,
    level: 4,
    weight: 3,
    description:
      "The Group Policy settings for the computer were processed successfully. There were no changes detected since the last successful processing of Group Policy.",
    keywords: "",
    userId: localSystem,
  },
  {
    log: "System",
    provider: "Microsoft-Windows-WindowsUpdateClient",
    id: 19,
    level: 4,
    weight: 2,
    description:
      "Installation Successful: Windows successfully installed the following update: Security Intelligence Update for Microsoft Defender Antivirus - KB2267602 (Version 1.{n:401-425}.{n:10-2400}.0)",
    keywords: "Installation,Success",
    userId: localSystem,
  },
  {
    log: "System",
    provider: "Tcpip",
    id: 4231,
    level: 3,
    weight: 1,
    description:
      "A request to allocate an ephemeral port number from the global TCP port space has failed due to all such ports being in use.",
  },
  {
    log: "System",
    provider: "disk",
    id: 153,
    level: 3,
    weight: 1,
    description:
      "The IO operation at logical block address 0x{n:100000-999999} for Disk {n:0-1} (PDO name: \\Device\\0000002{n:0-9}) was retried.",
  },
  {
    log: "Application",
    provider: "Application Error",
    id: 1000,
    level: 2,
    weight: 5,
    description: `Faulting application name: {${programs}}, version: {n:1-16}.{n:0-9}.{n:0-4000}.0, time stamp: 0x6{n:1000000-9999999}\r\nFaulting module name: {ntdll.dll|KERNELBASE.dll|render.dll|ucrtbase.dll}, version: 10.0.20348.{n:1000-2700}, time stamp: 0x7{n:1000000-9999999}\r\nException code: 0xc000000{5|d}\r\nFault offset: 0x00000000000{n:10000-99999}`,
  },
  {
    log: "Application",
    provider: "Application Hang",
    id: 1002,
    level: 2,
    weight: 3,
    description: `The program {${programs}} version {n:1-16}.{n:0-9}.0.{n:0-900} stopped interacting with Windows and was closed. To see if more information about the problem is available, check the problem history in the Security and Maintenance control panel.`,
  },
  {
    log: "Application",
    provider: "Windows Error Reporting",
    id: 1001,
    level: 4,
    weight: 5,
    description: `Fault bucket {n:1000000000-2147483647}, type 4\r\nEvent Name: {APPCRASH|BEX64|AppHangB1}\r\nResponse: Not available\r\nCab Id: 0\r\n\r\nProblem signature:\r\nP1: {${programs}}`,
  },
  {
    log: "Application",
    provider: ".NET Runtime",
    id: 1026,
    level: 2,
    weight: 2,
    description:
      "Application: reports.exe\r\nFramework Version: v4.0.30319\r\nDescription: The process was terminated due to an unhandled exception.\r\nException Info: System.{InvalidOperationException|NullReferenceException|IO.FileNotFoundException}",
  },
  {
    log: "Application",
    provider: "MsiInstaller",
    id: 1033,
    level: 4,
    weight: 2,
    description:
      "Windows Installer installed the product. Product Name: {Report Viewer|PDF Printer|Data Connector}. Product Version: {n:1-9}.{n:0-9}.0. Product Language: 1033. Manufacturer: Example Corp. Installation success or error status: 0.",
    userId: localSystem,
  },
  {
    log: "Application",
    provider: "Microsoft-Windows-Security-SPP",
    id: 16384,
    level: 4,
    weight: 4,
    description:
      "Successfully scheduled Software Protection service for re-start at 2126-{n:10-12}-{n:10-28}T{n:10-23}:{n:10-59}:{n:10-59}Z. Reason: RulesEngine.",
  },
  {
    log: "Application",
    provider: "Microsoft-Windows-Security-SPP",
    id: 16394,
    level: 4,
    weight: 4,
    description: "Offline downlevel migration succeeded.",
  },
  {
    log: "Application",
    provider: "ESENT",
    id: 326,
    level: 4,
    weight: 4,
    description:
      "svchost (1{n:100-999},D,50) DS_Token_DB: The database engine attached a database (1, C:\\Windows\\system32\\config\\systemprofile\\AppData\\Local\\DataSharing\\Storage\\DSTokenDB2.dat). (Time=0 seconds)",
  },
  {
    log: "Application",
    provider: "VSS",
    id: 8224,
    level: 4,
    weight: 2,
    description: "The VSS service is shutting down due to idle timeout. ",
  },
  {
    log: "Application",
    provider: "Microsoft-Windows-RestartManager",
    id: 10000,
    level: 4,
    weight: 2,
    description: "Starting session {n:0-3} - {n:2025-2026}-{n:10-12}-{n:10-28}T{n:10-23}:{n:10-59}:{n:10-59}.{n:100000000-999999999}Z.",
    keywords: "",
    userId: localSystem,
  },
  {
    log: "Application",
    provider: "AppStream Demo Application",
    id: 100,
    level: 4,
    weight: 10,
    description:
      "{Opened|Saved|Printed|Exported} document {drawing|budget|contract|inspection|plan}-{n:100-999}.{dwg|xlsx|pdf|docx} in {n:12-4800} ms.",
  },
  {
    log: "Application",
    provider: "AppStream Demo Application",
    id: 210,
    level: 3,
    weight: 4,
    description: "License server answered slowly: {n:1500-9000} ms for feature {CAD|Reporting|Render}.",
  },
  {
    log: "Application",
    provider: "AppStream Demo Application",
    id: 301,
    level: 2,
    weight: 2,
    description:
      "Could not save document: {The network path was not found.|Access to the path is denied.|There is not enough space on the disk.}",
  },
];

/** A kind of `kinds` by weight, and its description with all choices made. */
export function pickEvent(kinds: readonly EventKind[], random: () => number): { readonly kind: EventKind; readonly description: string } {
  let left = random() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  const kind = kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds[0];
  if (kind === undefined) {
    throw new RangeError("no kinds of events");
  }
  return { kind, description: fillIn(kind.description, random) };
}

export function fillIn(text: string, random: () => number): string {
  return text.replace(/\{(?:n:(\d+)-(\d+)|([^{}]*\|[^{}]*))\}/g, (_, low?: string, high?: string, choices?: string) => {
    if (choices !== undefined) {
      const list = choices.split("|");
      return list[Math.floor(random() * list.length)] ?? "";
    }
    return String(Number(low) + Math.floor(random() * (Number(high) - Number(low) + 1)));
  });
}
