/**
 * The pictures in sight: what is asked for, what has come, and what is chosen.
 *
 * It asks Python for a page at a time and ignores answers to questions that are no longer asked.
 * What it is not: part of the page; node runs its tests.
 */

export const PAGE = 60;
const NOTHING = { words: "", colour: "", favourites: false };

export class Shelf {
  #server;
  #memory;
  #own;
  #tell;
  #asked = 0;

  /**
   * @param options `server`: Python's functions; `memory`: the browser's own ids; `own`: whether
   *   only those are shown; `tell()`: something to show has changed
   */
  constructor({ server, memory, own, tell }) {
    this.#server = server;
    this.#memory = memory;
    this.#own = own;
    this.#tell = tell;
    this.query = { ...NOTHING };
    this.pictures = [];
    /** How many fit the query, and how many there are at all; null before the first answer. */
    this.total = null;
    this.all = null;
    /** The newest picture of all, `{id, src}`; empty while there is none. */
    this.newest = {};
    this.problem = "";
    this.busy = false;
    /** Chosen ids, in the order of choosing; the last is the one that commands are about. */
    this.chosen = [];
  }

  get primary() {
    return this.find(this.chosen.at(-1));
  }

  get isFiltered() {
    return Boolean(this.query.words || this.query.colour || this.query.favourites);
  }

  get hasMore() {
    return this.total !== null && this.pictures.length < this.total;
  }

  /** Whose pictures a question is about: this browser's, or null for everybody's. */
  get scope() {
    return this.#own ? this.#memory.ids : null;
  }

  find(id) {
    return this.pictures.find((picture) => picture.id === id) ?? null;
  }

  ask(change = {}) {
    Object.assign(this.query, change);
    return this.#load(0, PAGE);
  }

  /** The same question again, as far as it had been answered. */
  refresh() {
    return this.#load(0, Math.max(PAGE, this.pictures.length));
  }

  more() {
    return this.hasMore && !this.busy ? this.#load(this.pictures.length, PAGE) : null;
  }

  /** Pictures have been made. */
  added(ids) {
    this.#memory.add(ids);
    return this.refresh();
  }

  /** Choose one, or add it to the chosen ones (or take it out) when `more`. */
  choose(id, { more = false } = {}) {
    const rest = this.chosen.filter((other) => other !== id);
    const had = rest.length < this.chosen.length;
    this.chosen = more ? (had ? rest : [...rest, id]) : [id];
    this.#tell();
  }

  chooseTo(id) {
    const ids = this.pictures.map((picture) => picture.id);
    const [from, to] = [ids.indexOf(this.chosen.at(-1)), ids.indexOf(id)];
    if (from < 0 || to < 0) return this.choose(id);
    const range = ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.chosen = [...this.chosen.filter((other) => !range.includes(other)), ...range.filter((x) => x !== id), id];
    return this.#tell();
  }

  forget() {
    this.chosen = [];
    this.#tell();
  }

  async favourite(ids, on) {
    await this.#server.favourite({ ids, on, scope: this.scope });
    for (const picture of this.pictures) if (ids.includes(picture.id)) picture.favourite = on;
    if (this.query.favourites) await this.refresh();
    else this.#tell();
  }

  /** @returns the ids that are gone, for `restore` */
  async remove(ids) {
    const { removed } = await this.#server.remove({ ids, scope: this.scope });
    this.#memory.drop(removed);
    this.chosen = this.chosen.filter((id) => !removed.includes(id));
    await this.refresh();
    return removed;
  }

  async restore(ids) {
    const { restored } = await this.#server.restore({ ids });
    this.#memory.add(restored);
    await this.refresh();
    return restored;
  }

  async #load(offset, limit) {
    const number = (this.#asked += 1);
    this.busy = true;
    try {
      const answer = await this.#server.pictures({ ...this.query, scope: this.scope, offset, limit });
      if (number !== this.#asked) return;
      const kept = offset ? this.pictures.slice(0, offset) : [];
      const known = new Set(kept.map((picture) => picture.id));
      this.pictures = [...kept, ...answer.pictures.filter((picture) => !known.has(picture.id))];
      this.total = answer.total;
      this.all = answer.all;
      if (!offset) this.newest = answer.newest;
      this.problem = "";
      // What is no longer in sight cannot be acted on by mistake.
      this.chosen = this.chosen.filter((id) => this.find(id));
    } catch (error) {
      if (number !== this.#asked) return;
      console.warn(error);
      this.problem = "The gallery did not answer. Please try again.";
    }
    this.busy = false;
    this.#tell();
  }
}
