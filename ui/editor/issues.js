/**
 * The issue list: what Python found in the caption; each entry leads to its element and its place.
 *
 * What it is not: the checker; `editor.js` asks Python and publishes the answer.
 */

import { follow } from "../document/boot.js";
import { elementAt, nameOf } from "../document/caption.js";
import { h, icon, iconButton, setText } from "../document/dom.js";
import { issues, request, store } from "../document/shared.js";
import { placeOf } from "./places.js";

const ORIGIN = "issues";
const ORDER = { error: 0, warning: 1, hint: 2 };
const WORDS = { error: ["error", "errors"], warning: ["warning", "warnings"], hint: ["hint", "hints"] };

export function mount({ root }) {
  const summary = h("span", { class: "ig-count", role: "status" });
  const list = h("ul", { class: "ig-issue-list", "aria-label": "Issues" });
  const calm = h("p", { class: "ig-quiet ig-issue-calm" });
  const notes = h("div", { class: "ig-issue-notes", hidden: true });
  const repair = iconButton("tidy", "Repair the text", () => request("repair"), { wide: true });
  repair.classList.add("ig-button-line");
  repair.title = "See what would make a caption of this text, and choose";
  const fixAll = h(
    "button",
    { type: "button", class: "ig-button ig-button-line", onclick: () => request("fixAll") },
    "Fix all",
  );
  fixAll.title = "Make every fix of the list; undo brings the text back";
  root.classList.add("ig-issues", "ig-card");
  root.append(
    h(
      "div",
      { class: "ig-head" },
      h("h2", { class: "ig-title" }, "Issues"),
      summary,
      h("span", { class: "ig-spacer" }),
      fixAll,
      repair,
    ),
    notes,
    list,
    calm,
  );
  const paint = () => {
    const entries = issues.list
      .map((issue, index) => ({ issue, index }))
      .sort((a, b) => ORDER[a.issue.severity] - ORDER[b.issue.severity]);
    list.replaceChildren(...entries.map(({ issue, index }) => makeEntry(issue, index)));
    setText(summary, summarise(issues.list));
    setText(calm, calmWords());
    calm.hidden = entries.length > 0;
    repair.hidden = store.problem === null && !issues.list.some(({ severity }) => severity === "error");
    fixAll.hidden = issues.list.filter(({ fix }) => fix).length < 2;
    paintNotes(notes);
  };
  issues.listeners.add(paint);
  follow(root, ORIGIN, (change) => {
    if (!change.text || change.live) return;
    // Notes tell of the last repair; the next edit makes them old news.
    if (issues.notes.length > 0 && change.origin !== "repair") issues.set({ notes: [] });
  });
  paint();
}

function makeEntry(issue, index) {
  const element = elementAt(issue.path ?? "");
  const where = [
    issue.line ? `Line ${issue.line}` : null,
    element === null ? null : nameOf(store.elements[element], element),
  ].filter(Boolean);
  const fix =
    issue.fix &&
    h(
      "button",
      { type: "button", class: "ig-button ig-button-line ig-issue-fix", onclick: () => request("fix", { index }) },
      issue.fix.label,
    );
  return h(
    "li",
    { class: "ig-issue", dataset: { severity: issue.severity, code: issue.code, issue: String(index) } },
    h(
      "button",
      { type: "button", class: "ig-issue-go", onclick: () => go(issue, element) },
      icon(issue.severity),
      h("span", { class: "ig-sr" }, `${WORDS[issue.severity][0]}: `),
      h(
        "span",
        { class: "ig-issue-words" },
        h("span", { class: "ig-issue-message" }, issue.message),
        h("span", { class: "ig-issue-where" }, where.join(" · ")),
      ),
    ),
    fix,
  );
}

/** Select the element on the canvas and the place in the text. */
function go(issue, element) {
  if (element !== null) store.select([element], ORIGIN);
  const { from, to } = placeOf(issue, store.text, store.ranges);
  request("reveal", { from, to });
}

function summarise(list) {
  return Object.entries(WORDS)
    .map(([severity, [one, many]]) => {
      const count = list.filter((issue) => issue.severity === severity).length;
      return count === 0 ? null : `${count} ${count === 1 ? one : many}`;
    })
    .filter(Boolean)
    .join(", ");
}

function calmWords() {
  if (issues.state === "unreachable") return "The caption could not be checked: the server does not answer.";
  if (issues.state === "waiting") return "Checking the caption…";
  if (store.text.trim() === "") return "Nothing written yet. Draw a box, or paste a caption into the JSON.";
  return "No issues: the model can read this caption.";
}

function paintNotes(node) {
  node.hidden = issues.notes.length === 0;
  node.replaceChildren(
    ...issues.notes.map((note) => h("p", { class: "ig-quiet" }, note)),
  );
}
