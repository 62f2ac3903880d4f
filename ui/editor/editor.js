/**
 * The JSON editor: the caption's text, live both ways, and the page's one value for Gradio.
 *
 * Typing goes to the store at once; edits of other panels arrive as the few characters that they
 * changed, so caret, scroll and folds stay. Python checks the text after each pause; its issues
 * become squiggles here and entries of the issue list.
 *
 * A whole text that is pasted or opened and is no caption gets a repair to review (`mending.js`).
 *
 * What it is not: a parser or a rule book (`document/jsontext.js`, `ideogram4.caption`).
 */

import { follow } from "../document/boot.js";
import { elementPointer } from "../document/caption.js";
import { announcer, h, setText } from "../document/dom.js";
import { format } from "../document/jsonpatch.js";
import { diffText, parseJson } from "../document/jsontext.js";
import { restoreText } from "../document/keeping.js";
import { issues, onRequest, store } from "../document/shared.js";
import { Checking } from "./checking.js";
import { createView, fromStore, isAllPasted, markElement } from "./code.js";
import { completion } from "./complete.js";
import { captionFiles, saveCaption, takeDrops } from "./files.js";
import { makeHead } from "./head.js";
import { Mending } from "./mending.js";
import { placeOf } from "./places.js";
import { Reading } from "./reading.js";
import { EditorSelection, EditorView, setDiagnostics } from "./vendor/codemirror.js";

const ORIGIN = "editor";
const READ_AFTER = 160;
const TELL_AFTER = 300;

export function mount(host) {
  const editor = new Editor(host);
  host.watch("value", () => store.load(asText(host.props.value), "python"));
  return editor;
}

class Editor {
  #readTimer = 0;
  #tellTimer = 0;

  constructor({ root, props, server, trigger }) {
    Object.assign(this, { root, props, server, trigger });
    this.live = announcer();
    this.#build();
    store.load(asText(props.value), "python");
    this.view = createView({
      parent: this.box,
      doc: store.text,
      label: "Caption JSON",
      onUpdate: (update) => this.#updated(update),
      keys: [
        { key: "Mod-z", run: () => (store.undo(), true), preventDefault: true },
        { key: "Mod-Shift-z", run: () => (store.redo(), true), preventDefault: true },
        { key: "Mod-y", run: () => (store.redo(), true), preventDefault: true },
        { key: "Escape", run: () => this.#leave() },
      ],
      more: completion(props.caption_schema),
    });
    follow(root, ORIGIN, (change) => this.#changed(change), { own: true });
    onRequest("reveal", ({ from, to }) => this.#reveal(from, to));
    const here = (run) => (detail) => root.isConnected && void run(detail);
    onRequest("fix", here(({ index }) => this.mending.fix(index)));
    onRequest("fixAll", here(() => this.mending.fixAll()));
    onRequest("repair", here(() => this.mending.review()));
    restoreText();
    this.#mark();
    void this.checking.now();
  }

  #build() {
    this.box = h("div", { class: "ig-code" });
    this.reading = new Reading({
      ask: () => {
        const { text, selected: element } = store;
        return text.trim() === "" ? null : this.server.reading({ text, element });
      },
      copy: (text) => this.#copy(text),
    });
    this.checking = new Checking(this.server, () => this.#checked());
    this.mending = new Mending({
      server: this.server,
      say: this.live.say,
      leave: () => this.view.focus(),
    });
    const files = captionFiles({
      take: (text, name) => this.#open(text, name),
      refuse: (words) => issues.set({ notes: [words] }),
      limit: this.props.caption_schema["x-limits"].bytes,
    });
    this.head = makeHead({
      meter: this.reading.meter,
      actions: {
        tidy: () => this.#tidy(),
        copy: () => this.#copy(store.text),
        copyModel: () => this.#copyForModel(),
        open: files.choose,
        save: () => saveCaption(store.text),
      },
    });
    takeDrops(this.root, files.read);
    this.root.classList.add("ig-editor", "ig-card");
    const { node, list } = this.head;
    this.root.append(node, this.mending.sheet.node, this.box, this.reading.node);
    this.root.append(list, files.input, this.live.node);
  }

  /** Something was typed, pasted or selected in the view. */
  #updated(update) {
    const typed = update.transactions.some(
      (transaction) => transaction.docChanged && !transaction.annotation(fromStore),
    );
    if (typed) store.setText(update.state.doc.toString(), ORIGIN);
    if (typed && isAllPasted(update)) this.mending.expect(store.text);
    const moved = update.selectionSet && update.transactions.some((t) => t.isUserEvent("select"));
    if (typed || moved) this.#selectAtCaret();
  }

  /** The caret's element becomes the selected one, while the text makes sense. */
  #selectAtCaret() {
    if (store.problem) return;
    const at = this.view.state.selection.main.head;
    for (let index = 0; index < store.elements.length; index += 1) {
      const range = store.ranges.get(elementPointer(index));
      if (range && range.from <= at && at <= range.to) {
        store.select([index], ORIGIN);
        return;
      }
    }
  }

  #changed(change) {
    if (change.text && change.origin !== ORIGIN) this.#show(change);
    // The mark moves along with the text; only another selection needs another mark.
    if (change.selection || !change.live) this.#mark();
    if (change.selection && !change.text) this.#readSoon();
    if (!change.text || change.live) return;
    this.mending.changed();
    this.#tell(change.origin);
    this.checking.soon();
    if (store.problem) this.#paintStatus();
  }

  /** Show the store's text by changing as little as possible. */
  #show({ before, changes }) {
    const now = this.view.state.doc.toString();
    if (now === store.text) return;
    const fits = now === before && changes.length > 0;
    const wanted = fits ? changes : [diffText(now, store.text)];
    this.view.dispatch({ changes: wanted, annotations: fromStore.of(true) });
  }

  #mark() {
    const index = store.selected;
    const range = index === null ? null : store.ranges.get(elementPointer(index));
    if (store.problem) return;
    this.view.dispatch({ effects: markElement.of(range ?? null), annotations: fromStore.of(true) });
  }

  /** Python's copy of the text, at once; its event, after a pause. Python's own changes are known. */
  #tell(origin) {
    if (this.props.value !== store.text) this.props.value = store.text;
    clearTimeout(this.#tellTimer);
    if (origin === "python") return;
    this.#tellTimer = setTimeout(() => this.trigger("input"), TELL_AFTER);
  }

  #checked() {
    this.#paintIssues();
    this.mending.checked();
    void this.reading.refresh();
  }

  #readSoon() {
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => void this.reading.refresh(), READ_AFTER);
  }

  #paintIssues() {
    const diagnostics = issues.list.map((issue, index) => ({
      ...placeOf(issue, issues.text, store.ranges),
      severity: issue.severity === "hint" ? "info" : issue.severity,
      message: issue.message,
      actions: issue.fix ? [{ name: issue.fix.label, apply: () => void this.mending.fix(index) }] : [],
    }));
    if (this.view.state.doc.toString() !== issues.text) return;
    diagnostics.sort((a, b) => a.from - b.from);
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
    this.#paintStatus();
  }

  #paintStatus() {
    const errors = issues.list.filter((issue) => issue.severity === "error").length;
    const wrong = store.problem !== null && errors === 0 ? 1 : errors;
    const words = wrong === 0 ? "" : wrong === 1 ? "1 error" : `${wrong} errors`;
    setText(this.head.status, words);
    this.head.status.classList.toggle("is-error", wrong > 0);
    this.head.tidy.disabled = store.problem !== null;
  }

  #reveal(from, to) {
    if (!this.root.isConnected) return;
    const end = this.view.state.doc.length;
    const [anchor, head] = [Math.min(from, end), Math.min(to, end)];
    this.view.dispatch({
      selection: EditorSelection.single(anchor, head),
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
      annotations: fromStore.of(true),
    });
    this.view.focus();
  }

  #tidy() {
    const parsed = parseJson(store.text);
    if (parsed.ok) store.setText(format(parsed.value), "tidy");
  }

  /** The text of a file takes the place of what is here; undo brings that back. */
  #open(text, name) {
    store.load(text, "file");
    this.mending.expect(store.text);
    this.live.say(`${name} opened`);
  }

  async #copyForModel() {
    await this.reading.refresh();
    if (this.reading.text) await this.#copy(this.reading.text);
    else this.live.say("The caption has errors; the list of issues names them");
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.live.say("Copied");
    } catch {
      this.live.say("The browser did not allow copying");
    }
  }

  /** Escape closes a review; else it hands the keyboard back to the page: Tab then goes on. */
  #leave() {
    if (this.mending.sheet.isOpen) this.mending.sheet.close();
    else this.view.contentDOM.blur();
    return true;
  }
}

function asText(value) {
  return typeof value === "string" ? value : "";
}
