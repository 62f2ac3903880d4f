/**
 * The pictures as a grid of buttons: arrows walk, Space and Enter choose, Ctrl or Shift choose more.
 *
 * Cards are kept from paint to paint, so a picture that is in sight is not loaded again.
 * What it is not: the list behind it (`shelf.js`).
 */

import { h, icon, setAttribute, setText } from "../document/dom.js";
import { within } from "../document/address.js";

export class Grid {
  #cards = new Map();
  #stop = null;

  /**
   * @param options `choose(id, {more, range})`; `act(name, id)`: "favourite" or "remove";
   *   `more()`: the end has come into sight
   */
  constructor({ choose, act, more }) {
    Object.assign(this, { choose, act });
    this.node = h("div", {
      class: "ig-shots",
      role: "group",
      "aria-label": "Pictures",
      onkeydown: (event) => this.#key(event),
    });
    this.end = h("div", { class: "ig-shots-end", "aria-hidden": "true" });
    this.room = h("div", { class: "ig-shots-room" }, this.node, this.end);
    new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && more(), {
      root: this.room,
      rootMargin: "400px",
    }).observe(this.end);
  }

  /** @param shelf what to show; `picking`: the next choice is the second of a comparison */
  paint(shelf, { picking = false } = {}) {
    const held = this.node.contains(document.activeElement);
    const wanted = new Set(shelf.pictures.map((picture) => picture.id));
    for (const [id, card] of this.#cards) {
      if (wanted.has(id)) continue;
      card.node.remove();
      this.#cards.delete(id);
    }
    let after = null;
    for (const picture of shelf.pictures) {
      const { node } = this.#card(picture);
      if (after ? after.nextSibling !== node : this.node.firstChild !== node) {
        if (after) after.after(node);
        else this.node.prepend(node);
      }
      this.#dress(this.#cards.get(picture.id), picture, shelf.chosen);
      after = node;
    }
    this.node.classList.toggle("is-picking", picking);
    this.#keepStop(shelf);
    if (held && !this.node.contains(document.activeElement)) this.focus();
  }

  focus() {
    this.#cards.get(this.#stop)?.button.focus({ preventScroll: true });
  }

  #card(picture) {
    const known = this.#cards.get(picture.id);
    if (known) return known;
    const { id } = picture;
    const image = h("img", { loading: "lazy", decoding: "async", draggable: "false" });
    image.src = within(picture.thumbnail);
    const star = h("span", { class: "ig-shot-star", "aria-hidden": "true" }, icon("star"));
    const blocked = h("span", { class: "ig-shot-blocked" }, "Blocked");
    const words = h("span", { class: "ig-shot-words", "aria-hidden": "true" });
    const button = h(
      "button",
      {
        type: "button",
        class: "ig-shot",
        tabindex: "-1",
        dataset: { picture: id },
        onclick: (event) =>
          this.choose(id, { more: event.ctrlKey || event.metaKey, range: event.shiftKey }),
        onfocus: () => this.#stand(id),
      },
      image,
      star,
      blocked,
      words,
    );
    const card = { node: button, button, image, star, blocked, words };
    this.#cards.set(id, card);
    return card;
  }

  #dress(card, picture, chosen) {
    const { title, seed, size, favourite, blocked, label } = picture;
    const marks = `${favourite ? ", favourite" : ""}${blocked ? ", blocked by the model" : ""}`;
    setAttribute(card.image, "alt", `${title}, ${size}, seed ${seed}${marks}`);
    setAttribute(card.button, "title", `${title}\n${size} · seed ${seed}`);
    setAttribute(card.button, "aria-pressed", chosen.includes(picture.id));
    card.button.classList.toggle("is-primary", chosen.at(-1) === picture.id);
    card.star.hidden = !favourite;
    card.blocked.hidden = !blocked;
    setText(card.words, label || `seed ${seed}`);
  }

  /** One card takes part in the page's order of Tab; the others are reached with arrows. */
  #keepStop(shelf) {
    const ids = shelf.pictures.map((picture) => picture.id);
    if (!ids.includes(this.#stop)) this.#stand(shelf.chosen.at(-1) ?? ids[0] ?? null);
    else this.#stand(this.#stop);
  }

  #stand(id) {
    const last = this.#cards.get(this.#stop);
    if (last) last.button.tabIndex = -1;
    this.#stop = id;
    const now = this.#cards.get(id);
    if (now) now.button.tabIndex = 0;
  }

  #key(event) {
    const buttons = [...this.node.children];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0 || event.altKey) return;
    const { id } = { id: buttons[at].dataset.picture };
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && event.key === "Delete") this.act("remove", id);
    else if (plain && event.key.toLowerCase() === "f") this.act("favourite", id);
    else {
      const to = landing(event.key, at, buttons);
      if (to === null) return;
      buttons[to].focus();
    }
    event.preventDefault();
    // The canvas has the same keys.
    event.stopPropagation();
  }
}

/** Where an arrow leads; rows are as the cards happen to stand. */
function landing(key, at, buttons) {
  const last = buttons.length - 1;
  const across = Math.max(
    1,
    buttons.findIndex((button) => button.offsetTop > buttons[0].offsetTop),
  );
  const columns = buttons[last].offsetTop === buttons[0].offsetTop ? buttons.length : across;
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: last,
  }[key];
  if (to === undefined) return null;
  return Math.max(0, Math.min(last, to));
}
