import { EventEmitter } from "./vscodeTypes";

/** What quick picks and input boxes share; `accept`, `hide` and `type` are what a person does. */
function dialog(onShow: () => void) {
  const events = {
    accept: new EventEmitter<void>(),
    hide: new EventEmitter<void>(),
    value: new EventEmitter<string>(),
    button: new EventEmitter<unknown>(),
  };
  return {
    events,
    members: {
      title: undefined as string | undefined,
      placeholder: undefined as string | undefined,
      value: "",
      busy: false,
      enabled: true,
      step: undefined as number | undefined,
      totalSteps: undefined as number | undefined,
      ignoreFocusOut: false,
      buttons: [] as readonly unknown[],
      onDidAccept: events.accept.event,
      onDidHide: events.hide.event,
      onDidChangeValue: events.value.event,
      onDidTriggerButton: events.button.event,
      press: (button: unknown) => {
        events.button.fire(button);
      },
      show: onShow,
      hide: () => {
        events.hide.fire();
      },
      dispose: () => undefined,
    },
  };
}

export function createQuickPick(onShow: (self: FakeQuickPick) => void): FakeQuickPick {
  const { events, members } = dialog(() => {
    onShow(picker);
  });
  const itemButton = new EventEmitter<unknown>();
  const picker: FakeQuickPick = {
    ...members,
    items: [],
    activeItems: [],
    selectedItems: [],
    canSelectMany: false,
    matchOnDescription: false,
    matchOnDetail: false,
    keepScrollPosition: false,
    onDidChangeActive: new EventEmitter<unknown>().event,
    onDidChangeSelection: new EventEmitter<unknown>().event,
    onDidTriggerItemButton: itemButton.event,
    pressOf: (item) => {
      itemButton.fire({ item });
    },
    type: (text) => {
      picker.value = text;
      events.value.fire(text);
    },
    accept: (label) => {
      picker.selectedItems = picker.items.filter((item) => item.label === label);
      if (picker.selectedItems.length === 0) {
        throw new Error(`no item ${label}; there are: ${picker.items.map((item) => item.label).join(" | ")}`);
      }
      picker.activeItems = picker.selectedItems;
      events.accept.fire();
    },
  };
  return picker;
}

export function createInputBox(onShow: (self: FakeInputBox) => void): FakeInputBox {
  const { events, members } = dialog(() => {
    onShow(box);
  });
  const box: FakeInputBox = {
    ...members,
    password: false,
    prompt: undefined,
    validationMessage: undefined,
    type: (text) => {
      box.value = text;
      events.value.fire(text);
    },
    accept: () => {
      events.accept.fire();
    },
  };
  return box;
}

type Dialog = ReturnType<typeof dialog>["members"];

export interface FakeQuickPick extends Dialog {
  items: readonly { readonly label: string; readonly description?: string; readonly kind?: number }[];
  activeItems: readonly unknown[];
  selectedItems: readonly unknown[];
  canSelectMany: boolean;
  matchOnDescription: boolean;
  matchOnDetail: boolean;
  keepScrollPosition: boolean;
  readonly onDidChangeActive: unknown;
  readonly onDidChangeSelection: unknown;
  readonly onDidTriggerItemButton: unknown;
  /** Presses the button at an item. */
  pressOf(item: unknown): void;
  type(text: string): void;
  accept(label: string): void;
}

export interface FakeInputBox extends Dialog {
  password: boolean;
  prompt: string | undefined;
  validationMessage: unknown;
  type(text: string): void;
  accept(): void;
}
