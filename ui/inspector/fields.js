/**
 * Form fields of the inspector: a label, a control, a way to show a value without disturbing typing.
 *
 * What it is not: knowledge about captions; `element_form.js` and `picture_form.js` have that.
 */

import { h, setAttribute, setText } from "../document/dom.js";

let fields = 0;

/** A line or a block of text. `onInput(text)` at each key; `show(text)` never moves the caret. */
export function textField({ label, multiline = false, rows = 3, placeholder = "", options, onInput }) {
  fields += 1;
  const id = `ig-field-${fields}`;
  const control = h(multiline ? "textarea" : "input", {
    id,
    class: "ig-input",
    ...(multiline ? { rows } : { type: "text" }),
    ...(options ? { list: `${id}-options` } : {}),
    placeholder,
    autocomplete: "off",
    oninput: () => {
      note();
      onInput(control.value);
    },
  });
  const aside = h("span", { class: "ig-aside" });
  const list =
    options && h("datalist", { id: `${id}-options` }, options.map((value) => h("option", { value })));
  const node = h(
    "div",
    { class: "ig-field" },
    h("div", { class: "ig-field-head" }, h("label", { for: id }, label), aside),
    control,
    list,
  );
  let counter = null;
  const note = () => counter && setText(aside, counter(control.value));
  return {
    node,
    control,
    /** Show a count beside the label: a function of the text. */
    count(words) {
      counter = words;
      note();
      return this;
    },
    show(text) {
      if (control.value !== text) control.value = text;
      note();
    },
    lock(locked) {
      control.readOnly = locked;
      node.classList.toggle("is-locked", locked);
    },
  };
}

/** A whole number from 0 to 1000. */
export function gridField({ label, title, onInput, onDone }) {
  const control = h("input", {
    type: "number",
    class: "ig-input ig-number",
    min: 0,
    max: 1000,
    step: 1,
    inputmode: "numeric",
    "aria-label": title,
    title,
    oninput: () => {
      if (control.value !== "" && Number.isFinite(control.valueAsNumber)) {
        onInput(control.valueAsNumber);
      }
    },
    onchange: onDone,
    onblur: onDone,
  });
  return {
    node: h("label", { class: "ig-number-field" }, h("span", {}, label), control),
    show(value) {
      if (document.activeElement !== control || control.valueAsNumber !== value) {
        control.value = String(value);
      }
    },
    control,
    lock(locked) {
      control.readOnly = locked;
    },
    /** @param why the id of the words that say why, for screen readers */
    disable(off, why) {
      control.disabled = off;
      setAttribute(control, "aria-describedby", off ? why : null);
    },
  };
}

/** A choice of two or three, shown side by side. */
export function choiceField({ label, choices, onChoose }) {
  const buttons = choices.map(({ value, name, title }) =>
    h(
      "button",
      {
        type: "button",
        class: "ig-choice",
        role: "radio",
        title,
        dataset: { value },
        onclick: () => onChoose(value),
      },
      name,
    ),
  );
  const node = h("div", { class: "ig-choices", role: "radiogroup", "aria-label": label }, buttons);
  node.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + by + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  return {
    node,
    show(value) {
      const known = choices.some((choice) => choice.value === value);
      buttons.forEach((button, i) => {
        const on = button.dataset.value === value;
        setAttribute(button, "aria-checked", on);
        button.tabIndex = on || (!known && i === 0) ? 0 : -1;
      });
    },
    lock(locked) {
      for (const button of buttons) button.disabled = locked;
    },
  };
}

/** "12 words", with what the guide asks when the text is outside it. */
export function wordCounter({ least = 0, most }) {
  return (text) => {
    const words = text.trim() === "" ? 0 : text.trim().split(/\s+/).length;
    const guide = least > 0 ? `${least}–${most} work best` : `up to ${most} work best`;
    if (words === 0) return least > 0 ? `${least}–${most} words` : `up to ${most} words`;
    const count = words === 1 ? "1 word" : `${words} words`;
    return words < least || words > most ? `${count} · ${guide}` : count;
  };
}
