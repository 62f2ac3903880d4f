/**
 * The CodeMirror view: what it can do and how it looks, light and dark through CSS variables.
 *
 * What it is not: aware of captions or of the store; `editor.js` ties it to them. History is the
 * store's, so CodeMirror's own is left out.
 */

import {
  Annotation,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  codeFolding,
  Decoration,
  defaultKeymap,
  drawSelection,
  EditorState,
  EditorView,
  foldGutter,
  foldKeymap,
  highlightActiveLineGutter,
  highlightSelectionMatches,
  HighlightStyle,
  highlightSpecialChars,
  indentOnInput,
  indentUnit,
  json,
  keymap,
  lineNumbers,
  lintGutter,
  lintKeymap,
  search,
  searchKeymap,
  StateEffect,
  StateField,
  syntaxHighlighting,
  tags,
} from "./vendor/codemirror.js";

/** Marks a transaction that shows what others did, not what was typed here. */
export const fromStore = Annotation.define();

/** Set the range of the selected element, or null. */
export const markElement = StateEffect.define();

const line = Decoration.line({ class: "ig-code-element" });

const elementMark = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(markElement)) return linesOf(transaction.state, effect.value);
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function linesOf(state, range) {
  if (!range) return Decoration.none;
  const last = state.doc.lineAt(Math.min(range.to, state.doc.length)).number;
  const marks = [];
  for (let n = state.doc.lineAt(Math.min(range.from, state.doc.length)).number; n <= last; n += 1) {
    marks.push(line.range(state.doc.line(n).from));
  }
  return Decoration.set(marks);
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--ig-code-name)" },
  { tag: tags.string, color: "var(--ig-code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--ig-code-number)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--ig-soft)" },
  { tag: tags.invalid, color: "var(--ig-error)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", color: "var(--ig-text)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--ig-mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--ig-text)" },
  ".cm-cursor": { borderLeftColor: "var(--ig-text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--ig-soft)", border: "none" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ig-text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--ig-code-selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--ig-accent-soft)" },
  ".cm-matchingBracket": { backgroundColor: "var(--ig-hover)", outline: "1px solid var(--ig-line)" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--ig-hover)", border: "none", color: "var(--ig-soft)", padding: "0 6px",
  },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--ig-surface)", color: "var(--ig-text)", border: "1px solid var(--ig-line)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--ig-mono)", maxHeight: "15em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--ig-accent-soft)", color: "var(--ig-text)",
  },
  ".cm-completionDetail": { color: "var(--ig-soft)", fontStyle: "normal", fontFamily: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--ig-accent-ink)", fontWeight: "600" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 10px", maxWidth: "280px", lineHeight: "1.45" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--ig-accent-soft)", color: "var(--ig-accent-ink)", borderRadius: "4px",
  },
});

/**
 * @param {object} options `parent`: where the view goes; `label`: its accessible name;
 *   `onUpdate(update)`: hears of every update; `keys`: bindings that come before the usual ones;
 *   `more`: further extensions.
 */
export function createView({ parent, doc, label, onUpdate, keys, more = [] }) {
  const extensions = [
    keymap.of([
      ...keys,
      ...closeBracketsKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
    lineNumbers(),
    lintGutter(),
    foldGutter(),
    codeFolding(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    highlightSelectionMatches(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    indentUnit.of("  "),
    search({ top: true }),
    json(),
    syntaxHighlighting(colours),
    look,
    elementMark,
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of(onUpdate),
    more,
  ];
  return new EditorView({ parent, state: EditorState.create({ doc, extensions }) });
}

/** Whether a paste took the place of everything, or of nothing: the text is all another's now. */
export function isAllPasted(update) {
  if (!update.transactions.some((transaction) => transaction.isUserEvent("input.paste"))) return false;
  let whole = false;
  update.changes.iterChangedRanges((from, to) => {
    const kept = update.startState.sliceDoc(0, from) + update.startState.sliceDoc(to);
    whole ||= kept.trim() === "";
  });
  return whole;
}
