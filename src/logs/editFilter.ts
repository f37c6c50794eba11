import vscode = require("vscode");
import { AppError, isAbort, toAppError } from "../core/errors";
import { listFields, topValues, type FieldValue, type IndexField } from "../core/logs/fieldValues";
import { parseFilter } from "../core/logs/filter";
import { completing, nameSuggestions, settledPart, unknownNames, valueSuggestions, type Suggestion } from "../core/logs/filterCompletion";
import { levelValues } from "../core/logs/filterFields";
import { neutralised } from "../core/logs/lineFormat";
import { singleSearch, type LogIndex } from "../core/logs/singleSearch";
import { setting, updateSetting } from "../workbench/settings";

interface FilterItem extends vscode.QuickPickItem {
  /** What choosing it does: the filter is taken, or the text is replaced and typing goes on. */
  readonly take?: string;
  readonly replace?: string;
  readonly saved?: string;
}

const button = (icon: string, tooltip: string): vscode.QuickInputButton => ({ iconPath: new vscode.ThemeIcon(icon), tooltip });

/** Asks for a filter and completes it from the index; undefined when the user left. A filter that the domain refuses is not taken. */
export async function editFilter(title: string, target: LogIndex, filter: string): Promise<string | undefined> {
  const editor = new FilterEditor(title, target, filter);
  try {
    return await editor.result;
  } finally {
    editor.dispose();
  }
}

class FilterEditor {
  readonly result: Promise<string | undefined>;
  private readonly target: LogIndex;
  private readonly pick = vscode.window.createQuickPick<FilterItem>();
  private readonly stop = new AbortController();
  private readonly values = new Map<string, Promise<readonly FieldValue[]>>();
  private fields: Promise<readonly IndexField[]> | undefined;
  private failure: string | undefined;
  private asked = 0;
  /** The pick hides itself while a name is asked for. */
  private aside = false;

  constructor(title: string, target: LogIndex, filter: string) {
    this.target = target;
    const { pick } = this;
    pick.title = title;
    pick.placeholder = vscode.l10n.t("Filter, for example: level:error,warning -id:1000 some words");
    pick.value = filter === "" ? "" : `${filter} `;
    pick.ignoreFocusOut = true; // Or what is half typed is lost with a click elsewhere.
    pick.buttons = [button("save", vscode.l10n.t("Save This Filter…"))];
    this.result = new Promise((resolve) => {
      pick.onDidHide(() => {
        if (!this.aside) {
          resolve(undefined);
        }
      });
      pick.onDidChangeValue(() => {
        this.failure = undefined;
        void this.suggest();
      });
      pick.onDidAccept(() => void this.accept(resolve));
      pick.onDidTriggerButton(() => void this.saveFilter());
      pick.onDidTriggerItemButton(({ item }) => void this.removeFilter(item));
    });
    pick.show();
    void this.suggest();
  }

  dispose(): void {
    this.stop.abort();
    this.pick.dispose();
  }

  private async accept(resolve: (filter: string) => void): Promise<void> {
    const [item] = this.pick.selectedItems;
    if (item?.replace !== undefined) {
      this.pick.value = item.replace;
      await this.suggest();
      return;
    }
    const text = (item?.take ?? this.pick.value).trim();
    this.pick.busy = true;
    try {
      await singleSearch(
        this.target,
        { size: 0, track_total_hits: false, query: { bool: { filter: parseFilter(text).clauses } } },
        this.stop.signal,
      );
      resolve(text);
    } catch (thrown) {
      // Only a filter that is not understood is kept back: a domain that is away now may be back when the tail asks.
      if (thrown instanceof AppError && thrown.reason === "invalidInput") {
        this.failure = thrown.message;
        await this.suggest();
      } else if (!isAbort(thrown)) {
        resolve(text);
      }
    } finally {
      this.pick.busy = false;
    }
  }

  private async suggest(): Promise<void> {
    const text = this.pick.value;
    const asked = ++this.asked;
    this.show(text, []);
    this.pick.busy = true;
    const suggestions = await this.suggestions(text).catch((thrown: unknown) => {
      this.failure = isAbort(thrown) ? undefined : vscode.l10n.t("Nothing can be completed: {0}", toAppError(thrown).message);
      return [];
    });
    if (asked === this.asked && !this.stop.signal.aborted) {
      this.pick.busy = false;
      this.show(text, suggestions);
    }
  }

  private async suggestions(text: string): Promise<readonly Suggestion[]> {
    this.fields ??= listFields(this.target, this.stop.signal);
    const fields = await this.fields;
    const wanted = completing(text);
    if (wanted.kind === "names") {
      return nameSuggestions(
        text,
        fields.map(({ name }) => name),
      );
    }
    const countable = wanted.fields.flatMap((name) => fields.find((field) => field.name === name)?.countable ?? []);
    const lists = await Promise.all(countable.map((field) => this.valuesOf(field, settledPart(text))));
    const found = lists.flat();
    const levels = wanted.fields.includes("LevelDisplayName") ? Object.values(levelValues).map(([value = ""]) => value) : [];
    const others = [...new Set(levels)].filter((value) => !found.some((each) => each.value === value)).map((value) => ({ value }));
    return valueSuggestions(text, [...found, ...others]);
  }

  private valuesOf(field: string, filter: string): Promise<readonly FieldValue[]> {
    const key = `${field} ${filter}`;
    const known = this.values.get(key) ?? topValues(this.target, field, parseFilter(filter), this.stop.signal);
    this.values.set(key, known);
    return known;
  }

  private show(text: string, suggestions: readonly Suggestion[]): void {
    const trimmed = text.trim();
    const unknown = unknownNames(trimmed);
    const apply: FilterItem = {
      label: trimmed === "" ? vscode.l10n.t("Show every event") : vscode.l10n.t("Apply this filter"),
      description: trimmed,
      alwaysShow: true,
      take: trimmed,
      ...detailOf(
        this.failure ?? (unknown.length === 0 ? undefined : vscode.l10n.t("Names no field, searched as text: {0}", unknown.join(" "))),
      ),
    };
    const saved = Object.entries(setting("tail.filters"))
      .filter(([name, filter]) => `${name} ${filter}`.toLowerCase().includes(trimmed.toLowerCase()))
      .map(([name, filter]): FilterItem => ({
        label: `$(star) ${name}`,
        description: filter,
        alwaysShow: true,
        take: filter,
        saved: name,
        buttons: [button("trash", vscode.l10n.t("Remove Saved Filter"))],
      }));
    const separator = (label: string): FilterItem => ({ label, kind: vscode.QuickPickItemKind.Separator, alwaysShow: true });
    this.pick.items = [
      apply,
      ...(saved.length === 0 ? [] : [separator(vscode.l10n.t("Saved filters")), ...saved]),
      ...(suggestions.length === 0 ? [] : [separator(vscode.l10n.t("Continue with"))]),
      ...suggestions.map(({ label, description, text: replace }): FilterItem => ({
        label: plain(label),
        description,
        alwaysShow: true,
        replace,
      })),
    ];
  }

  private async saveFilter(): Promise<void> {
    const filter = this.pick.value.trim();
    if (filter === "") {
      return;
    }
    const name = await this.besides(() =>
      vscode.window.showInputBox({ title: vscode.l10n.t("Save Filter"), prompt: vscode.l10n.t("A name for {0}", filter) }),
    );
    if (name !== undefined && name.trim() !== "") {
      await updateSetting("tail.filters", { ...setting("tail.filters"), [name.trim()]: filter });
    }
    await this.suggest();
  }

  private async removeFilter({ saved }: FilterItem): Promise<void> {
    const kept = Object.entries(setting("tail.filters")).filter(([name]) => name !== saved);
    await updateSetting("tail.filters", Object.fromEntries(kept));
    await this.suggest();
  }

  private async besides<T>(ask: () => Thenable<T>): Promise<T> {
    this.aside = true;
    try {
      return await ask();
    } finally {
      this.aside = false;
      this.pick.show();
    }
  }
}

/** What stands in the index, as a label: no icon, and nothing that reverses or hides text. */
function plain(text: string): string {
  return neutralised(text).replaceAll("$(", "\\$(");
}

function detailOf(detail: string | undefined): { readonly detail?: string } {
  return detail === undefined ? {} : { detail: `$(warning) ${detail}` };
}
