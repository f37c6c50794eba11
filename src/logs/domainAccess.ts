import vscode = require("vscode");
import type { Connected } from "../core/aws/connection";
import type { SearchTransport } from "../core/aws/ports";
import { abortError } from "../core/clock";
import { openDomainBy, type DomainWay } from "../core/logs/tailTarget";
import { setting, updateUserSetting, type DomainAccessSetting } from "../workbench/settings";

/** How each domain is reached: the choice is a setting of the machine, the password a secret of the editor. */
export class DomainAccess {
  private readonly secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.secrets = secrets;
  }

  async open(connected: Connected, domain: string): Promise<SearchTransport> {
    const way = await this.way(connected, domain);
    const transport = await openDomainBy(connected, domain, way);
    const { access } = way;
    return access?.kind === "basic"
      ? this.forgetful(transport, secretKey(connected.connection.region, domain, access.user), access.password)
      : transport;
  }

  /** Asks how the domain is reached and keeps the answer. */
  async choose({ aws, connection }: Connected): Promise<void> {
    const title = vscode.l10n.t("Choose Access to a Domain");
    const names = aws.domains.list().then((all) => all.map(({ name }) => name));
    const domain = await vscode.window.showQuickPick(names, { title, placeHolder: vscode.l10n.t("Choose the domain") });
    const picked = domain === undefined ? undefined : await vscode.window.showQuickPick(accessItems(), { title: `${title}: ${domain}` });
    if (domain === undefined || picked === undefined) {
      throw abortError();
    }
    const { [domain]: before = {}, ...others } = setting("domains.access");
    const { address } = before;
    const kept = address === undefined ? {} : { address };
    const user = picked.access === "basic" ? await askUser(title, before.user) : undefined;
    if (user !== undefined) {
      await this.secrets.store(secretKey(connection.region, domain, user), await askPassword(domain, user));
    } else if (before.user !== undefined) {
      await this.secrets.delete(secretKey(connection.region, domain, before.user));
    }
    const chosen: DomainAccessSetting = {
      ...kept,
      ...(picked.access === undefined ? {} : { access: picked.access }),
      ...(user === undefined ? {} : { user }),
    };
    await updateUserSetting("domains.access", Object.keys(chosen).length === 0 ? others : { ...others, [domain]: chosen });
  }

  /** A password that is refused is asked for again with the next use. */
  private forgetful(transport: SearchTransport, key: string, password: string): SearchTransport {
    return {
      send: async (request, signal) => {
        const answer = await transport.send(request, signal);
        if (answer.status === 401 && (await this.secrets.get(key)) === password) {
          await this.secrets.delete(key);
        }
        return answer;
      },
    };
  }

  private async way({ connection }: Connected, domain: string): Promise<DomainWay> {
    const { access, user, address } = setting("domains.access")[domain] ?? {};
    const there = address === undefined || address === "" ? {} : { address };
    if (access !== "basic" || user === undefined) {
      return { ...there, ...(access === undefined || access === "basic" ? {} : { access: { kind: access } }) };
    }
    const key = secretKey(connection.region, domain, user);
    const known = await this.secrets.get(key);
    const password = known ?? (await askPassword(domain, user));
    if (known === undefined) {
      await this.secrets.store(key, password);
    }
    return { ...there, access: { kind: "basic", user, password } };
  }
}

function secretKey(region: string, domain: string, user: string): string {
  return `domain ${region}/${domain}/${user}`;
}

function accessItems(): (vscode.QuickPickItem & { readonly access?: NonNullable<DomainAccessSetting["access"]> })[] {
  return [
    { label: vscode.l10n.t("Automatic"), description: vscode.l10n.t("signed, or unsigned where the policy lets this address in") },
    { label: vscode.l10n.t("Signed"), description: vscode.l10n.t("with the credentials of the connection"), access: "sigv4" },
    { label: vscode.l10n.t("Unsigned"), description: vscode.l10n.t("for a policy that lets addresses in"), access: "unsigned" },
    { label: vscode.l10n.t("User and password…"), description: vscode.l10n.t("of the domain's own user database"), access: "basic" },
  ];
}

async function askUser(title: string, value = ""): Promise<string> {
  const user = await vscode.window.showInputBox({ title, value, prompt: vscode.l10n.t("User of the domain's own user database") });
  if (user === undefined || user === "") {
    throw abortError();
  }
  return user;
}

async function askPassword(domain: string, user: string): Promise<string> {
  const title = vscode.l10n.t("Password of {0} at the domain {1}", user, domain);
  const prompt = vscode.l10n.t("Kept in the editor's secret storage, in no file and no setting");
  const password = await vscode.window.showInputBox({ title, prompt, password: true, ignoreFocusOut: true });
  if (password === undefined || password === "") {
    throw abortError();
  }
  return password;
}
