#requires -Version 5.1
# SessionStart script of the system context: gives the log agent the values of this session.
# It renders the agent's appsettings.json from a template that is never changed, so that a second run gives the same result.
# The agent reloads the file by itself: its service is started when it does not run, and never stopped.
[CmdletBinding()]
param(
    [string] $Template = 'C:\AppStream\SessionScripts\appsettings.template',
    [string] $Target = 'C:\Program Files\Amazon\AWSKinesisTap\appsettings.json',
    [string] $SessionConfig = 'C:\AppStream\SessionScripts\config.json',
    # Seconds kept free before AppStream's waitingTime ends.
    [int] $ReserveSeconds = 5,
    # A reservation older than this may be left over from the user's previous session.
    [int] $StaleMinutes = 15,
    # Exit with 1 after a failure; the user then sees an error notice.
    [switch] $ReportFailure,
    # Change the configuration on an image builder too.
    [switch] $Force
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$serviceName = 'AWSKinesisTap'
$sessionsSeen = 0
$userNames = @('AppStream_Stack_Name', 'AppStream_User_Access_Mode', 'AppStream_Session_Reservation_DateTime', 'AppStream_UserName', 'AppStream_Session_ID')
$machineNames = @('AppStream_Image_Arn', 'AppStream_Instance_Type', 'AppStream_Resource_Type', 'AppStream_Resource_Name')

function Write-Log {
    param([string] $Message, [string] $Level = 'INFO')
    Write-Output ('{0} [{1}] [pid {2}] {3}' -f [DateTime]::UtcNow.ToString('o'), $Level, $PID, $Message)
}

# waitingTime of SessionStart, the one number that AppStream itself uses.
function Get-WaitingTime {
    param([string] $Path)
    $seconds = 30
    try {
        $config = [System.IO.File]::ReadAllText($Path) | ConvertFrom-Json
        $seconds = [int] $config.SessionStart.waitingTime
    } catch {
        $seconds = 30
    }
    return [Math]::Min(60, [Math]::Max(1, $seconds))
}

# The values of one Environment key as text, or $null when it belongs to no streaming session.
function Read-Environment {
    param($Key)
    $values = @{}
    foreach ($name in $userNames) {
        $value = $Key.GetValue($name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
        if ($null -eq $value -or ([string] $value).Trim().Length -eq 0) {
            return $null
        }
        $values[$name] = [string] $value
    }
    return $values
}

function Get-ReservationTime {
    param($Values)
    $time = [DateTime]::MinValue
    $styles = [System.Globalization.DateTimeStyles]::AssumeUniversal -bor [System.Globalization.DateTimeStyles]::AdjustToUniversal
    $culture = [System.Globalization.CultureInfo]::InvariantCulture
    if ([DateTime]::TryParse($Values['AppStream_Session_Reservation_DateTime'], $culture, $styles, [ref] $time)) {
        return $time
    }
    return [DateTime]::MinValue
}

# The complete set of values with the newest reservation among the users whose registry hive is loaded.
function Find-SessionValues {
    $found = @()
    $users = [Microsoft.Win32.Registry]::Users
    foreach ($sid in $users.GetSubKeyNames()) {
        $key = $null
        try {
            $key = $users.OpenSubKey($sid + '\Environment')
            if ($null -ne $key) {
                $values = Read-Environment -Key $key
                if ($null -ne $values) {
                    $found += $values
                }
            }
        } catch {
            # A hive that is being unloaded; the next pass looks again.
            continue
        } finally {
            if ($null -ne $key) {
                $key.Dispose()
            }
        }
    }
    $script:sessionsSeen = $found.Count
    if ($found.Count -eq 0) {
        return $null
    }
    return ($found | Sort-Object -Property @{ Expression = { Get-ReservationTime -Values $_ } } -Descending | Select-Object -First 1)
}

function Test-SameValues {
    param($First, $Second)
    if ($null -eq $First -or $null -eq $Second) {
        return $false
    }
    foreach ($name in $userNames) {
        if ($First[$name] -cne $Second[$name]) {
            return $false
        }
    }
    return $true
}

# Polls until two successive reads agree and the reservation is recent, or the time is up.
function Wait-SessionValues {
    param([double] $DeadlineSeconds)
    $previous = $null
    $agreed = $null
    while ($watch.Elapsed.TotalSeconds -lt $DeadlineSeconds) {
        $current = Find-SessionValues
        if (Test-SameValues -First $previous -Second $current) {
            $agreed = $current
            $reserved = Get-ReservationTime -Values $current
            $age = ([DateTime]::UtcNow - $reserved).TotalMinutes
            if ($reserved -eq [DateTime]::MinValue -or $age -le $StaleMinutes) {
                return $agreed
            }
        }
        $previous = $current
        Start-Sleep -Milliseconds 300
    }
    return $agreed
}

# Decorations are split at ; and = and look for { }: none of them may stand in a value.
function ConvertTo-DecorationValue {
    param([string] $Value)
    return ($Value -replace '[;={}\p{Cc}]', '_').Trim()
}

function Get-SessionDecoration {
    param($Values)
    $pieces = @()
    foreach ($name in $userNames) {
        $pieces += ('{0}={1}' -f $name, (ConvertTo-DecorationValue -Value $Values[$name]))
    }
    foreach ($name in $machineNames) {
        $value = [Environment]::GetEnvironmentVariable($name, 'Machine')
        if (-not [string]::IsNullOrEmpty($value)) {
            $pieces += ('{0}={1}' -f $name, (ConvertTo-DecorationValue -Value $value))
        }
    }
    return $pieces
}

# The parser's own message repeats the whole text, which does not belong in a log.
function ConvertFrom-JsonText {
    param([string] $Text, [string] $What)
    try {
        return ($Text | ConvertFrom-Json)
    } catch {
        throw ($What + ' is not valid JSON.')
    }
}

function Get-TextMember {
    param($Object, [string] $Name)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) {
        return ''
    }
    return [string] $property.Value
}

# Pieces of the template stay, but for those that the session sets and for placeholders without a value.
function Join-Decoration {
    param([string] $Existing, [string[]] $Session)
    $ours = $userNames + $machineNames
    $kept = @()
    foreach ($piece in $Existing.Split(';')) {
        $parts = $piece.Split('=')
        if ($parts.Length -eq 2 -and $parts[0].Length -gt 0 -and $ours -notcontains $parts[0]) {
            $kept += $piece
        }
    }
    return (($Session + $kept) -join ';')
}

function Test-Decoration {
    param([string] $Decoration)
    $keys = @{}
    foreach ($piece in $Decoration.Split(';')) {
        $parts = $piece.Split('=')
        if ($parts.Length -ne 2 -or $parts[0].Length -eq 0 -or $keys.ContainsKey($parts[0])) {
            return $false
        }
        $keys[$parts[0]] = $true
    }
    return $true
}

# The agent's configuration for this session, as JSON text that has been read back.
function New-AgentConfiguration {
    param([string] $TemplateText, [string[]] $Session)
    $config = ConvertFrom-JsonText -Text $TemplateText -What 'The template'
    foreach ($sink in @($config.Sinks)) {
        $type = Get-TextMember -Object $sink -Name 'SinkType'
        $format = Get-TextMember -Object $sink -Name 'Format'
        if (@('KinesisFirehose', 'KinesisStream') -contains $type -and $format -eq 'json') {
            $decoration = Join-Decoration -Existing (Get-TextMember -Object $sink -Name 'ObjectDecoration') -Session $Session
            if (-not (Test-Decoration -Decoration $decoration)) {
                throw 'The rendered ObjectDecoration is not valid.'
            }
            $sink | Add-Member -MemberType NoteProperty -Name 'ObjectDecoration' -Value $decoration -Force
        }
    }
    $text = $config | ConvertTo-Json -Depth 32
    $null = ConvertFrom-JsonText -Text $text -What 'The rendered configuration'
    return $text
}

# Replaces the file in one step and keeps its access rights.
function Set-FileAtomically {
    param([string] $Path, [string] $Text)
    $encoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
    if ([System.IO.File]::Exists($Path) -and [System.IO.File]::ReadAllText($Path) -ceq $Text) {
        Write-Log 'The agent configuration is already the one of this session.'
        return
    }
    $temporary = $Path + '.' + $PID + '.tmp'
    try {
        [System.IO.File]::WriteAllText($temporary, $Text, $encoding)
        if ([System.IO.File]::Exists($Path)) {
            [System.IO.File]::Replace($temporary, $Path, [NullString]::Value)
        } else {
            [System.IO.File]::Move($temporary, $Path)
        }
    } finally {
        if ([System.IO.File]::Exists($temporary)) {
            [System.IO.File]::Delete($temporary)
        }
    }
    # The agent ignores a file that is older than its running configuration.
    [System.IO.File]::SetLastWriteTimeUtc($Path, [DateTime]::UtcNow)
    Write-Log ('Wrote the agent configuration: {0} characters.' -f $Text.Length)
}

# The agent or a virus scanner may hold the file for a moment.
function Write-AgentConfiguration {
    param([string] $Path, [string] $Text, [double] $DeadlineSeconds)
    while ($true) {
        try {
            Set-FileAtomically -Path $Path -Text $Text
            return
        } catch [System.IO.IOException] {
            if ($watch.Elapsed.TotalSeconds -ge $DeadlineSeconds) {
                throw
            }
        }
        Start-Sleep -Milliseconds 300
    }
}

function Start-Agent {
    param([double] $DeadlineSeconds)
    $service = New-Object -TypeName System.ServiceProcess.ServiceController -ArgumentList $serviceName
    try {
        $left = [TimeSpan]::FromSeconds([Math]::Max(1, $DeadlineSeconds - $watch.Elapsed.TotalSeconds))
        if ($service.Status -eq 'StopPending') {
            $service.WaitForStatus('Stopped', $left)
        }
        if ($service.Status -eq 'Stopped') {
            $service.Start()
        }
        $left = [TimeSpan]::FromSeconds([Math]::Max(1, $DeadlineSeconds - $watch.Elapsed.TotalSeconds))
        $service.WaitForStatus('Running', $left)
        Write-Log 'The agent is running.'
    } finally {
        $service.Dispose()
    }
}

function Get-Fingerprint {
    param([string] $Value)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try {
        $bytes = $sha.ComputeHash([System.Text.Encoding]::UTF8.GetBytes($Value))
        return ([BitConverter]::ToString($bytes) -replace '-', '').Substring(0, 12).ToLowerInvariant()
    } finally {
        $sha.Dispose()
    }
}

function Invoke-Main {
    Add-Type -AssemblyName System.ServiceProcess
    $resource = [Environment]::GetEnvironmentVariable('AppStream_Resource_Type', 'Machine')
    if (@('image-builder', 'imagebuilder') -contains $resource -and -not $Force) {
        Write-Log 'This is an image builder: nothing was changed. Use -Force to try the script here.' 'WARNING'
        return
    }
    if (-not [System.IO.File]::Exists($Template)) {
        throw ('The template is missing: ' + $Template)
    }
    if (-not [System.IO.Directory]::Exists([System.IO.Path]::GetDirectoryName($Target))) {
        throw ('The agent is not installed: ' + $Target)
    }
    $deadline = (Get-WaitingTime -Path $SessionConfig) - [Math]::Max(5, $ReserveSeconds)
    # Two seconds for rendering and for the service.
    $values = Wait-SessionValues -DeadlineSeconds ($deadline - 2)
    if ($null -eq $values) {
        Write-Log 'The values of the session did not appear in time: the agent keeps the configuration of the image.' 'WARNING'
    } else {
        $reserved = Get-ReservationTime -Values $values
        if ($reserved -ne [DateTime]::MinValue -and ([DateTime]::UtcNow - $reserved).TotalMinutes -gt $StaleMinutes) {
            Write-Log 'The reservation time is old: the values may be those of a previous session.' 'WARNING'
        }
        if ($sessionsSeen -gt 1) {
            Write-Log ('{0} sessions are signed in: the newest one counts.' -f $sessionsSeen) 'WARNING'
        }
        Write-Log ('Session of user {0}, after {1:n1} s.' -f (Get-Fingerprint -Value $values['AppStream_UserName']), $watch.Elapsed.TotalSeconds)
        $text = New-AgentConfiguration -TemplateText ([System.IO.File]::ReadAllText($Template)) -Session (Get-SessionDecoration -Values $values)
        Write-AgentConfiguration -Path $Target -Text $text -DeadlineSeconds ($deadline - 1)
    }
    Start-Agent -DeadlineSeconds $deadline
}

$exitCode = 0
try {
    Write-Log 'Session start script begins.'
    Invoke-Main
} catch {
    Write-Log ('The session could not be prepared for logging: ' + $_.Exception.Message) 'ERROR'
    if ($ReportFailure) {
        $exitCode = 1
    }
} finally {
    Write-Log ('Session start script ends after {0:n1} s with exit code {1}.' -f $watch.Elapsed.TotalSeconds, $exitCode)
}
exit $exitCode
