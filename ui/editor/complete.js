/**
 * CodeMirror's list of what can be written here, from the caption's schema.
 *
 * What it is not: the knowledge of what fits; `document/completion.js` has that.
 */

import { completeAt } from "../document/completion.js";
import { h } from "../document/dom.js";
import { autocompletion, startCompletion } from "./vendor/codemirror.js";

/** @param schema the caption's JSON Schema */
export function completion(schema) {
  const source = (context) => {
    const offer = completeAt(context.state.doc.toString(), context.pos, schema);
    if (!offer) return null;
    const begun = offer.from < context.pos;
    if (!begun && !context.explicit) return null;
    // The quote that a name begins with is no part of what is looked for.
    const quoted = begun && context.state.sliceDoc(offer.from, offer.from + 1) === '"';
    const options = offer.options.map(({ label, title, help }, index) => ({
      label,
      detail: title && title !== label ? title : undefined,
      info: help ? () => h("div", { class: "ig-code-help" }, help) : undefined,
      boost: -index,
      apply: (view) => accept(view, label, schema),
    }));
    return { from: offer.from + (quoted ? 1 : 0), options };
  };
  // No pause before Enter counts: in JSON a line never ends within a name or a text.
  return autocompletion({ override: [source], icons: false, interactionDelay: 0 });
}

/** Asked again when an entry is taken: the text may have grown since the list was made. */
function accept(view, label, schema) {
  const at = view.state.selection.main.head;
  const offer = completeAt(view.state.doc.toString(), at, schema);
  const option = offer?.options.find((entry) => entry.label === label);
  if (!option) return;
  const { insert, select, comma, more } = option;
  const missing = comma === null ? [] : [{ from: comma, insert: "," }];
  const start = offer.from + missing.length;
  view.dispatch({
    changes: [...missing, { from: offer.from, to: offer.to, insert }],
    selection: { anchor: start + select[0], head: start + select[1] },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  if (more) startCompletion(view);
}
