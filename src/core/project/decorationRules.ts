import * as l10n from "@vscode/l10n";
import type { JsonNode } from "../config/jsonNode";
import { decorationPieces, expandedKeys, type Piece } from "./decorations";
import { replacedPlaceholders, type ProjectView } from "./project";
import { inAgent, sinks, type Found } from "./projectFinding";

function objectDecorations(view: ProjectView): { node: JsonNode; pieces: readonly Piece[] }[] {
  return sinks(view).flatMap((sink) => {
    const node = sink.node.member("ObjectDecoration");
    return node?.kind === "string" ? [{ node, pieces: decorationPieces(node) }] : [];
  });
}

function openPlaceholders(view: ProjectView): readonly Piece[] {
  const replaced = replacedPlaceholders(view);
  return objectDecorations(view)
    .flatMap(({ pieces }) => pieces)
    .filter((piece) => piece.placeholder !== undefined && !replaced.includes(piece.placeholder));
}

export function placeholderLeft(view: ProjectView): readonly Found[] {
  return view.session === undefined
    ? []
    : openPlaceholders(view).flatMap((piece) =>
        inAgent(
          view,
          piece.span,
          l10n.t(
            "No script that config.json runs replaces {0}: it stays, it is no valid part of the decoration, and every event is dropped.",
            `{${piece.placeholder ?? ""}}`,
          ),
        ),
      );
}

export function brokenDecoration(view: ProjectView): readonly Found[] {
  const open = new Set(openPlaceholders(view).map((piece) => piece.span.start));
  return objectDecorations(view).flatMap(({ pieces }) => {
    const keys = new Map<string, Piece>();
    return pieces.flatMap((piece) => {
      if (piece.placeholder !== undefined) {
        return open.has(piece.span.start) ? [] : duplicatesAfterExpansion(view, piece, keys);
      }
      if (piece.equals !== 1) {
        const message =
          piece.equals === 0
            ? l10n.t("This part has no =: once rendered, every event is dropped.")
            : l10n.t("This part has two =: what follows the second one is cut off.");
        return inAgent(view, piece.span, message);
      }
      const seen = keys.has(piece.key);
      keys.set(piece.key, piece);
      return seen
        ? inAgent(view, piece.keySpan, l10n.t("{0} stands twice in the decoration: events with both values are dropped.", piece.key))
        : [];
    });
  });
}

/** Attributes that the script writes for the placeholder and the file has already, or the other way round. */
function duplicatesAfterExpansion(view: ProjectView, piece: Piece, keys: Map<string, Piece>): readonly Found[] {
  const expanded = view.running.flatMap((script) => expandedKeys(script.text));
  const twice = expanded.filter((key) => keys.has(key));
  for (const key of expanded) {
    keys.set(key, piece);
  }
  return twice.length === 0
    ? []
    : inAgent(
        view,
        piece.span,
        l10n.t("The script writes {0} here, which the decoration has already: every event is dropped.", twice.join(", ")),
      );
}
