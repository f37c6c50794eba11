/** PowerShell templates are bundled as text. */
declare module "*.ps1" {
  const text: string;
  export = text;
}
