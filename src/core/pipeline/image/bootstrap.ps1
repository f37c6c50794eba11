#requires -Version 5.1
# Prepares this image builder and creates the image. It can be run again: what is done already is left as it is.
[CmdletBinding()]
param(
    # Create the image without asking.
    [switch] $Yes
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$payloadText = @'
#<appstream-monitor-payload>
__PAYLOAD__
#</appstream-monitor-payload>
'@

$agentFolder = 'C:\Program Files\Amazon\AWSKinesisTap'
$agentData = 'C:\ProgramData\Amazon\AWSKinesisTap'
$scriptFolder = 'C:\AppStream\SessionScripts'
$assistant = 'C:\Program Files\Amazon\Photon\ConsoleImageBuilder\Image-Assistant.exe'
$serviceName = 'AWSKinesisTap'
$agentSource = 'https://s3-us-west-2.amazonaws.com/kinesis-agent-windows/downloads'
$step = 0
$progressUrl = ''

# Tells whoever deploys what is going on here. A comfort: without it the image is made all the same.
function Send-Progress {
    param([string] $Message)
    if ($script:progressUrl.Length -eq 0) {
        return
    }
    try {
        $body = [System.Text.Encoding]::UTF8.GetBytes($Message)
        $null = Invoke-WebRequest -UseBasicParsing -Method 'Put' -Uri $script:progressUrl -Body $body -TimeoutSec 10
    } catch {
        Write-Host ('The progress could not be reported: ' + $_.Exception.Message)
        $script:progressUrl = ''
    }
}

function Write-Step {
    param([string] $Message)
    $script:step++
    Send-Progress -Message $Message
    Write-Host ('[{0}] {1}' -f $script:step, $Message)
}

# The one description of the image: its name, tags, files and applications.
function Read-Payload {
    $lines = @($payloadText.Split("`n") | ForEach-Object { $_.Trim() } | Where-Object { $_.Length -gt 0 -and -not $_.StartsWith('#') })
    $bytes = [Convert]::FromBase64String(($lines -join ''))
    return ([System.Text.Encoding]::UTF8.GetString($bytes) | ConvertFrom-Json)
}

function Assert-Administrator {
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object -TypeName Security.Principal.WindowsPrincipal -ArgumentList $identity
    if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        throw 'Open PowerShell with "Run as administrator" and paste the line again.'
    }
    if (-not (Test-Path -LiteralPath $assistant)) {
        throw 'This is no AppStream image builder: the Image Assistant is missing.'
    }
}

function Get-AgentVersion {
    $exe = Join-Path -Path $agentFolder -ChildPath 'AWSKinesisTap.exe'
    if (-not (Test-Path -LiteralPath $exe)) {
        return ''
    }
    return [string] (Get-Item -LiteralPath $exe).VersionInfo.FileVersion
}

function Install-Agent {
    param([string] $Version, [string] $Hash)
    if ((Get-AgentVersion) -eq $Version) {
        Write-Step ('The agent {0} is installed already.' -f $Version)
        return
    }
    Write-Step ('Installing the agent {0}.' -f $Version)
    $msi = Join-Path -Path $env:TEMP -ChildPath ('AWSKinesisTap.{0}.msi' -f $Version)
    Invoke-WebRequest -UseBasicParsing -Uri ('{0}/AWSKinesisTap.{1}.msi' -f $agentSource, $Version) -OutFile $msi
    if ($Hash.Length -gt 0 -and (Get-FileHash -LiteralPath $msi -Algorithm SHA256).Hash -ne $Hash) {
        throw 'The SHA-256 of the agent is not the one in the pipeline definition.'
    }
    $signature = Get-AuthenticodeSignature -LiteralPath $msi
    if ($signature.Status -ne 'Valid' -or $signature.SignerCertificate.Subject -notmatch 'O="?Amazon') {
        throw ('The agent is not signed by Amazon: ' + $signature.Status)
    }
    $log = Join-Path -Path $env:TEMP -ChildPath 'AWSKinesisTap.log'
    $arguments = @('/i', ('"{0}"' -f $msi), '/q', '/L*V', ('"{0}"' -f $log), '/norestart')
    $process = Start-Process -FilePath 'msiexec.exe' -ArgumentList $arguments -Wait -PassThru
    if (@(0, 3010) -notcontains $process.ExitCode) {
        throw ('The agent could not be installed (msiexec {0}); see {1}.' -f $process.ExitCode, $log)
    }
}

function Stop-Agent {
    $service = Get-Service -Name $serviceName
    if ($service.Status -ne 'Stopped') {
        $service.Stop()
        $service.WaitForStatus('Stopped', [TimeSpan]::FromSeconds(60))
    }
}

# UTF-8 without byte order mark, but for scripts that are not plain ASCII: PowerShell 5.1 would read those in the code page.
function Write-TextFile {
    param([string] $Path, [string] $Text)
    $mark = $Path -like '*.ps1' -and $Text -match '[^\x00-\x7f]'
    $encoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $mark
    [System.IO.File]::WriteAllText($Path, $Text, $encoding)
}

# Only administrators and the system may change what runs as the system; users may read.
function Protect-Folder {
    param([string] $Path)
    $output = & icacls.exe $Path '/inheritance:r' '/grant:r' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-32-545:(OI)(CI)RX'
    if ($LASTEXITCODE -ne 0) {
        throw ('The rights of {0} could not be set: {1}' -f $Path, ($output -join ' '))
    }
    # What lies in it has these rights and no others of its own.
    $output = & icacls.exe (Join-Path -Path $Path -ChildPath '*') '/reset' '/T' '/Q'
    if ($LASTEXITCODE -ne 0) {
        throw ('The rights of the files in {0} could not be set: {1}' -f $Path, ($output -join ' '))
    }
}

function Write-Files {
    param($Files)
    Write-Step 'Writing the configuration and the session scripts.'
    foreach ($property in $Files.PSObject.Properties) {
        $folder = $scriptFolder
        if ($property.Name -eq 'appsettings.json') {
            $folder = $agentFolder
        }
        if (-not (Test-Path -LiteralPath $folder)) {
            $null = New-Item -ItemType Directory -Path $folder
        }
        if ($property.Name -match '\.(json|template)$') {
            $null = [string] $property.Value | ConvertFrom-Json
        }
        Write-TextFile -Path (Join-Path -Path $folder -ChildPath $property.Name) -Text ([string] $property.Value)
    }
    Protect-Folder -Path $scriptFolder
}

# AppStream says nothing when a program or a script of config.json is not there: the session begins without it.
function Assert-SessionConfig {
    $config = [System.IO.File]::ReadAllText((Join-Path -Path $scriptFolder -ChildPath 'config.json')) | ConvertFrom-Json
    $entries = @($config.PSObject.Properties | ForEach-Object { $_.Value } | ForEach-Object { $_.executables })
    foreach ($entry in $entries) {
        $program = Get-TextMember -Object $entry -Name 'filename'
        if ($program.Trim().Length -eq 0) {
            continue
        }
        $paths = @($program)
        if ((Get-TextMember -Object $entry -Name 'arguments') -match '-File\s+(?<path>"[^"]+"|[^\s"]+)') {
            $paths += $Matches['path'].Trim('"')
        }
        foreach ($path in $paths) {
            if (-not (Test-Path -LiteralPath ([Environment]::ExpandEnvironmentVariables($path)))) {
                throw ('config.json names {0}, which is not there.' -f $path)
            }
        }
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

function Assert-Scripts {
    Write-Step 'Checking the scripts and the configuration.'
    foreach ($file in @(Get-ChildItem -LiteralPath $scriptFolder -Filter '*.ps1')) {
        $errors = $null
        $tokens = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $tokens, [ref] $errors)
        if (@($errors).Count -gt 0) {
            throw ('{0} is not valid PowerShell: {1}' -f $file.Name, $errors[0].Message)
        }
    }
    Assert-SessionConfig
    $settings = [System.IO.File]::ReadAllText((Join-Path -Path $agentFolder -ChildPath 'appsettings.json'))
    if ($settings.Contains('{appstreamVariables}')) {
        throw 'The agent configuration still holds the placeholder {appstreamVariables}: every event would be lost.'
    }
}

# What the agent has read on this builder must not become the starting point of every session.
function Clear-AgentState {
    Write-Step 'Clearing bookmarks, queues and logs of the agent.'
    foreach ($name in @('Bookmarks', 'Queue', 'logs')) {
        $path = Join-Path -Path $agentData -ChildPath $name
        if (Test-Path -LiteralPath $path) {
            Remove-Item -LiteralPath $path -Recurse -Force
        }
    }
    $output = & sc.exe config $serviceName 'start=' 'auto'
    if ($LASTEXITCODE -ne 0) {
        throw ('The start of the agent could not be set: ' + ($output -join ' '))
    }
}

function Invoke-Assistant {
    param([string[]] $Arguments)
    $text = (& $assistant @Arguments) -join "`n"
    $answer = $text | ConvertFrom-Json
    if ($answer.status -ne 0) {
        throw ('Image Assistant: ' + $answer.message)
    }
    return $answer
}

# The path as given, or the same below the other program folder.
function Find-Program {
    param([string] $Path)
    $other = $Path
    if ($Path -like 'C:\Program Files (x86)\*') {
        $other = $Path.Replace('C:\Program Files (x86)\', 'C:\Program Files\')
    } elseif ($Path -like 'C:\Program Files\*') {
        $other = $Path.Replace('C:\Program Files\', 'C:\Program Files (x86)\')
    }
    foreach ($candidate in @($Path, $other)) {
        if (Test-Path -LiteralPath $candidate) {
            return $candidate
        }
    }
    return ''
}

function Register-Applications {
    param($Applications)
    Write-Step 'Registering the applications.'
    $listed = Invoke-Assistant -Arguments @('list-applications')
    $known = @()
    if ($null -ne $listed.PSObject.Properties['applications']) {
        $known = @($listed.applications | ForEach-Object { $_.PSObject.Properties } | Where-Object { $_.Name -eq 'name' } | ForEach-Object { $_.Value })
    }
    foreach ($application in $Applications) {
        if ($known -contains $application.name) {
            continue
        }
        $path = Find-Program -Path $application.path
        if ($path.Length -eq 0) {
            Write-Warning ('{0} is not installed at {1}: left out.' -f $application.name, $application.path)
            continue
        }
        $arguments = @('add-application', '--name', $application.name, '--absolute-app-path', $path, '--display-name', $application.displayName)
        if ($null -ne $application.PSObject.Properties['workingDirectory']) {
            $arguments += @('--working-directory', [System.IO.Path]::GetDirectoryName($path))
        }
        $null = Invoke-Assistant -Arguments $arguments
    }
}

function New-Image {
    param($Payload)
    $arguments = @('create-image', '--name', $Payload.imageName, '--display-name', $Payload.displayName, '--tags')
    foreach ($tag in $Payload.tags.PSObject.Properties) {
        $arguments += @($tag.Name, [string] $tag.Value)
    }
    Write-Step 'Trying whether the image can be created.'
    $null = Invoke-Assistant -Arguments ($arguments + '--dry-run')
    if (-not $Yes) {
        $answer = Read-Host -Prompt ('Create the image {0} now? This session ends then. [Y/n]' -f $Payload.imageName)
        if ($answer -match '^\s*[nN]') {
            Write-Step 'No image was created. Paste the line again when you are ready.'
            return
        }
    }
    Write-Step 'Creating the image; you can close this window.'
    $null = Invoke-Assistant -Arguments $arguments
}

try {
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    Assert-Administrator
    $payload = Read-Payload
    $progressUrl = [string] $payload.progressUrl
    Install-Agent -Version $payload.agentVersion -Hash $payload.agentSha256
    Stop-Agent
    Write-Files -Files $payload.files
    Assert-Scripts
    Clear-AgentState
    Register-Applications -Applications @($payload.applications)
    New-Image -Payload $payload
} catch {
    $failure = 'The image was not created: ' + $_.Exception.Message
    Write-Host $failure -ForegroundColor Red
    Send-Progress -Message $failure
    exit 1
}
exit 0
