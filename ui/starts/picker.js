/**
 * The captions to start from: one button, and a sheet of small layouts to choose from.
 *
 * A choice loads its caption as a new document, which undo takes back, and tells Python the title:
 * the page gets the size that the layout is made for. What it is not: a gallery of pictures.
 */

import { announcer, h, icon, iconButton } from "../document/dom.js";
import { emptyCaption } from "../document/caption.js";
import { format } from "../document/jsonpatch.js";
import { parseJson } from "../document/jsontext.js";
import { lastDraft } from "../document/keeping.js";
import { request, store } from "../document/shared.js";
import { thumbnail } from "../gallery/thumbnail.js";

const ORIGIN = "starts";
const EMPTY = { title: "", name: "Empty page", use: "Draw your own", text: format(emptyCaption()), ratio: 1 };

export function mount({ root, props, trigger }) {
  const live = announcer();
  const choose = ({ title, name = title, text, page }) => {
    sheet.close();
    store.load(text, ORIGIN);
    if (page) store.setPage(page, ORIGIN);
    // What comes next is drawing: the canvas' keys should work.
    request("draw");
    props.value = title;
    trigger("input");
    live.say(`${name} is loaded. Undo brings your caption back.`);
  };
  const sheet = makeSheet(props.starts, choose);
  const open = h(
    "button",
    {
      type: "button",
      class: "ig-button ig-button-line",
      "aria-haspopup": "dialog",
      onclick: () => sheet.open(),
    },
    icon("layout"),
    "Start from…",
  );
  root.classList.add("ig-starts");
  root.append(open, sheet.node, live.node);
}

function makeSheet(starts, choose) {
  const node = h(
    "dialog",
    { class: "ig-dialog", "aria-labelledby": "ig-starts-title" },
    h(
      "div",
      { class: "ig-head" },
      h("h2", { class: "ig-title", id: "ig-starts-title" }, "Start from a layout"),
      h("span", { class: "ig-spacer" }),
      iconButton("close", "Close", () => node.close()),
    ),
  );
  // Beside the sheet only the dialog itself is hit.
  node.addEventListener("click", (event) => event.target === node && node.close());
  // Keys that are typed here are not for the page behind.
  node.addEventListener("keydown", (event) => {
    event.stopPropagation();
    walk(event, node);
  });
  return {
    node,
    close: () => node.close(),
    open() {
      // Twenty drawings are made when somebody first wants to see them.
      if (node.childElementCount === 1) node.append(body(starts, choose));
      node.showModal();
      node.querySelector(".ig-start").focus();
    },
  };
}

function body(starts, choose) {
  const groups = new Map([["", [EMPTY, ...lastOne()]]]);
  for (const start of starts) groups.set(start.group, [...(groups.get(start.group) ?? []), start]);
  const [[, first], ...rest] = groups;
  const [[name, most], ...others] = rest.length ? rest : [["Layouts", []]];
  const sections = [[name, [...first, ...most]], ...others];
  return h(
    "div",
    { class: "ig-starts-groups" },
    sections.map(([title, entries]) =>
      h(
        "section",
        { "aria-label": title },
        h("h3", {}, title),
        h("div", { class: "ig-starts-list" }, entries.map((entry) => card(entry, choose))),
      ),
    ),
  );
}

/** What the person was at when the page was last closed: a list of one, or of none. */
function lastOne() {
  const draft = lastDraft();
  if (!draft) return [];
  const { text, page } = draft;
  const ratio = page.width / page.height;
  return [{ title: "", name: "Your last caption", use: "As you left it", text, page, ratio }];
}

function card(start, choose) {
  const { title, name = title, use, text, ratio } = start;
  const parsed = parseJson(text);
  return h(
    "button",
    {
      type: "button",
      class: "ig-start",
      onclick: () => choose(start),
    },
    h(
      "span",
      { class: "ig-start-room" },
      start === EMPTY
        ? h("span", { class: "ig-start-empty" }, icon("plus"))
        : thumbnail(parsed.ok ? parsed.value : null, { ratio, class: "ig-start-picture" }),
    ),
    h("span", { class: "ig-start-name" }, name),
    " ",
    h("span", { class: "ig-start-use" }, use),
  );
}

/** Arrows go from card to card, up and down by how the cards happen to stand. */
function walk(event, node) {
  const cards = [...node.querySelectorAll(".ig-start")];
  const at = cards.indexOf(document.activeElement);
  if (at < 0) return;
  const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const row = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = side ? cards[at + side] : row ? beyond(cards, at, row) : null;
  if (!side && !row) return;
  event.preventDefault();
  next?.focus();
}

/** The card of the next row (or the one before) that stands nearest to this one's middle. */
function beyond(cards, at, by) {
  const here = cards[at].getBoundingClientRect();
  const spots = cards.map((card) => ({ card, box: card.getBoundingClientRect() }));
  const past = spots.filter(({ box }) => by * (box.top - here.top) > 1);
  if (past.length === 0) return null;
  const nearest = Math.min(...past.map(({ box }) => by * (box.top - here.top)));
  const line = past.filter(({ box }) => Math.abs(by * (box.top - here.top) - nearest) < 2);
  line.sort((a, b) => Math.abs(a.box.left - here.left) - Math.abs(b.box.left - here.left));
  return line[0].card;
}
