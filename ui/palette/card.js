/**
 * One palette on offer: its name, its colours to take one by one, and all of them at once.
 *
 * What it is not: a judge of what fits; the menu is.
 */

import { h } from "../document/dom.js";

/**
 * @param {object} palette `name`, `colours`
 * @param {(colours: string[], how: {replace: boolean}) => void} take
 * @param {Node[]} more further buttons, such as delete
 */
export function paletteCard({ name, colours }, take, ...more) {
  const button = (words, what, how) =>
    h(
      "button",
      {
        type: "button",
        class: "ig-button ig-button-line",
        "aria-label": `${words} ${name}`,
        title: what,
        onclick: () => take(colours, how),
      },
      words,
    );
  return h(
    "li",
    { class: "ig-offer", dataset: { palette: name } },
    h(
      "div",
      { class: "ig-offer-head" },
      h("span", { class: "ig-offer-name", title: name }, name),
      button("Use", "Put these colours in place of the palette", { replace: true }),
      button("Add", "Put these colours behind those that are there", { replace: false }),
      ...more,
    ),
    chips(`Colours of ${name}`, colours, "Add", (colour) => take([colour], { replace: false })),
  );
}

/** A row of small colours to press; one stop of the Tab key, arrows walk along it. */
export function chips(label, colours, verb, press) {
  const row = h("div", { class: "ig-chips", role: "group", "aria-label": label });
  colours.forEach((colour, index) => {
    const chip = h("button", {
      type: "button",
      class: "ig-chip",
      tabindex: index === 0 ? 0 : -1,
      "aria-label": `${verb} ${colour}`,
      title: `${verb} ${colour}`,
      dataset: { chip: colour },
      onclick: () => press(colour),
    });
    chip.style.backgroundColor = colour;
    row.append(chip);
  });
  row.addEventListener("keydown", (event) => walk(event, [...row.children]));
  return row;
}

/** Left and right, Home and End move the focus, and the Tab stop with it. */
export function walk(event, items) {
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowRight: (at + 1) % items.length,
    ArrowLeft: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  for (const item of items) item.tabIndex = item === items[to] ? 0 : -1;
  items[to].focus();
}

/** A heading and the cards below it; the whole is hidden while there are none. */
export function offers(title) {
  const list = h("ul", { class: "ig-offers", "aria-label": title });
  const node = h("div", { hidden: true }, h("h3", { class: "ig-offers-title" }, title), list);
  return {
    node,
    show(cards) {
      list.replaceChildren(...cards);
      node.hidden = cards.length === 0;
    },
  };
}
