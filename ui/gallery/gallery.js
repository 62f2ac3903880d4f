/**
 * The gallery: every picture made, found again, compared, brought back, deleted and undeleted.
 *
 * It joins the list (`shelf.js`), its drawings (`grid.js`, `versions.js`) and the commands to
 * Python. The value it sends is `{lineage, newest}`: the run that the caption came from, and the
 * newest picture. What it hears is news: `{serial, added, lineage, said}`.
 * What it is not: the picture shown large; that is the preview's.
 */

import { within } from "../document/address.js";
import { announcer, h, iconButton, setAttribute, setText } from "../document/dom.js";
import { pictures as news, store } from "../document/shared.js";
import { Commands, countOf } from "./commands.js";
import { Compare } from "./compare.js";
import { takePictures } from "./drop.js";
import { Filters } from "./filters.js";
import { Grid } from "./grid.js";
import { Memory } from "./memory.js";
import { Shelf } from "./shelf.js";
import { Versions } from "./versions.js";

const HERE = "ideogram4-lineage";

export function mount(host) {
  const gallery = new Gallery(host);
  host.watch("value", () => gallery.hear(host.props.value));
  return gallery.shelf.ask();
}

class Gallery {
  #picking = null;
  #gone = [];
  #said = "";
  #heard = 0;
  #inTree = false;

  constructor({ root, props, server, trigger }) {
    Object.assign(this, { root, props, server, trigger });
    const memory = new Memory(() => window.localStorage);
    this.shelf = new Shelf({ server, memory, own: props.own, tell: () => this.paint() });
    this.lineage = remembered();
    this.live = announcer();
    this.grid = new Grid({
      choose: (id, how) => this.#chose(id, how),
      act: (name, id) => this.#act(name, [id]),
      more: () => this.shelf.more(),
    });
    this.versions = new Versions((id) => this.#chose(id));
    this.filters = new Filters((change) => this.shelf.ask(change));
    this.commands = new Commands((name) => this.#act(name, this.shelf.chosen));
    this.compare = new Compare();
    this.#build();
    this.#say();
    this.paint();
  }

  #build() {
    const dropped = takePictures({
      root: this.root,
      read: (data) => this.server.dropped({ data }),
      take: (answer, name) => this.#opened(answer, name),
      refuse: (words) => this.#tell(words),
    });
    this.count = h("span", { class: "ig-quiet ig-gallery-count" });
    this.tree = iconButton("tree", "Versions", () => this.#showTree(!this.#inTree), { "aria-pressed": "false" });
    this.everything = iconButton("download", "Download all as a zip", () => this.#save(null));
    this.open = iconButton("file", "Open a picture’s caption…", dropped.choose);
    const head = h(
      "div",
      { class: "ig-head" },
      h("h2", { class: "ig-title" }, "Gallery"),
      this.count,
      h("span", { class: "ig-spacer" }),
      this.open,
      this.everything,
      this.tree,
    );
    this.root.classList.add("ig-gallery", "ig-card");
    this.root.append(head, this.filters.node, this.commands.node, this.grid.room, this.versions.node);
    this.root.append(this.compare.node, dropped.input, this.live.node);
  }

  /** News of Python. */
  hear(value) {
    const { serial = 0, added = [], lineage, said = "" } = value ?? {};
    if (!serial || serial === this.#heard) return;
    this.#heard = serial;
    if (typeof lineage === "string") this.#comesFrom(lineage);
    if (said) this.#tell(said);
    if (added.length) {
      this.#said = "";
      void this.shelf.added(added).then(() => this.#inTree && this.#loadTree());
    }
    this.#say();
  }

  paint() {
    const { shelf } = this;
    const empty = shelf.all === 0;
    this.root.dataset.empty = empty ? "1" : "0";
    setText(this.count, countOf(shelf));
    this.filters.node.hidden = empty || this.#inTree;
    this.commands.node.hidden = empty && !this.#gone.length && !this.#said && !shelf.problem;
    this.everything.hidden = this.tree.hidden = empty;
    this.grid.room.hidden = empty || this.#inTree;
    this.versions.node.hidden = empty || !this.#inTree;
    this.grid.paint(shelf, { picking: this.#picking !== null });
    this.versions.mark(this.lineage, shelf.primary?.run);
    const state = { shelf, picking: this.#picking !== null, undoable: this.#gone.length > 0, words: this.#said };
    this.commands.paint(state);
    if (shelf.all !== null) news.set({ empty, newest: shelf.newest.src ?? "" });
    this.#say();
  }

  /** Somebody chose a picture. */
  #chose(id, { more = false, range = false } = {}) {
    const other = this.#picking;
    this.#picking = null;
    this.#said = "";
    this.#gone = [];
    if (other && other !== id) {
      this.shelf.choose(other);
      this.shelf.choose(id, { more: true });
      void this.#compare(other, id);
      return;
    }
    if (range) this.shelf.chooseTo(id);
    else this.shelf.choose(id, { more });
    if (!more && !range) this.trigger("select", { id });
  }

  #act(name, ids) {
    const [first, second] = ids;
    this.#said = "";
    if (name === "recall") this.trigger("submit", { id: first });
    else if (name === "retry") this.trigger("retry", { id: first });
    else if (name === "favourite") void this.shelf.favourite(ids, !this.shelf.find(ids.at(-1))?.favourite);
    else if (name === "remove") void this.#remove(ids);
    else if (name === "undo") void this.#restore();
    else if (name === "save") void this.#save(ids);
    else if (second) void this.#compare(first, second);
    else {
      this.#picking = this.#picking ? null : first;
      this.paint();
      this.grid.focus();
    }
  }

  async #remove(ids) {
    const removed = await this.shelf.remove(ids);
    this.#gone = removed;
    this.#tell(removed.length === 1 ? "Picture deleted." : `${removed.length} pictures deleted.`);
    if (this.#inTree) void this.#loadTree();
    // The picture that had the keyboard is gone, and so may be the whole row.
    if (document.activeElement === document.body) this.commands.undo.focus();
  }

  async #restore() {
    const restored = await this.shelf.restore(this.#gone);
    this.#gone = [];
    this.#tell(restored.length === 1 ? "The picture is back." : `${restored.length} pictures are back.`);
    if (this.#inTree) void this.#loadTree();
    this.grid.focus();
  }

  /** @param ids of the pictures; null for all that fit the filters */
  async #save(ids) {
    const one = ids?.length === 1;
    if (!one) this.#tell("The zip is being made.");
    const { query, scope } = this.shelf;
    const asked = one ? this.server.picture({ id: ids[0] }) : this.server.archive({ ids, scope, ...query });
    const answer = await asked.catch(() => null);
    if (!answer || answer.error) return this.#tell(answer?.error ?? "The download could not be made.");
    this.#tell("");
    return download(answer.src, answer.file);
  }

  async #compare(first, second) {
    const answer = await this.server.compare({ first, second }).catch(() => null);
    if (!answer || answer.error) this.#tell(answer?.error ?? "The pictures could not be compared.");
    else this.compare.open(answer);
  }

  /** A picture's file was opened or dropped. */
  #opened(answer, name) {
    store.load(answer.caption, "gallery:file");
    this.#comesFrom(answer.run ?? "");
    this.trigger("apply", answer.settings);
    this.#tell(`The caption of ${name} is loaded. ${answer.said}`.trim());
  }

  #showTree(on) {
    this.#inTree = on;
    setAttribute(this.tree, "aria-pressed", on);
    this.paint();
    if (on) void this.#loadTree();
  }

  async #loadTree() {
    const answer = await this.server.versions({ scope: this.shelf.scope }).catch(() => ({ nodes: [] }));
    this.versions.show(answer.nodes);
    this.paint();
  }

  #comesFrom(run) {
    this.lineage = run;
    remember(run);
    this.#say();
  }

  /** To Python, with the next event. */
  #say() {
    this.props.value = { lineage: this.lineage, newest: this.shelf.newest.id ?? "" };
  }

  #tell(words) {
    this.#said = words;
    this.paint();
    if (words) this.live.say(words);
  }
}

function download(src, file) {
  h("a", { href: within(src), download: file }).click();
}

// A reload goes on where it was, as the caption does.
function remembered() {
  try {
    return window.sessionStorage.getItem(HERE) ?? "";
  } catch {
    return "";
  }
}

function remember(run) {
  try {
    window.sessionStorage.setItem(HERE, run);
  } catch {
    // The next picture begins a tree of its own, which is all.
  }
}
