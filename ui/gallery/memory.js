/**
 * Which pictures this browser has made: ids, newest first, remembered for as long as the browser does.
 *
 * An id is all that is needed to see a picture, and nobody can guess one. What it is not: the
 * pictures; they are on the server's disk, and a studio of one's own shows all of them anyway.
 */

const KEY = "ideogram4-pictures";
const ID = /^[0-9]{8}-[0-9]{6}-[0-9a-f]{16}$/;
/** What a browser's storage holds with room to spare. */
export const MOST = 20_000;

export class Memory {
  #storage;

  /** @param storage `() => Storage`; it may throw, and then nothing is remembered */
  constructor(storage) {
    this.#storage = storage;
    this.ids = this.#read();
  }

  /** Put ids in front, in the order given. */
  add(ids) {
    const fresh = ids.filter((id) => ID.test(id));
    // Another tab may have written since.
    this.ids = [...new Set([...fresh, ...this.#read(), ...this.ids])].slice(0, MOST);
    this.#write();
  }

  drop(ids) {
    const gone = new Set(ids);
    this.ids = [...new Set([...this.#read(), ...this.ids])].filter((id) => !gone.has(id));
    this.#write();
  }

  #read() {
    try {
      const found = JSON.parse(this.#storage().getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found.filter((id) => ID.test(id)).slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.ids));
    } catch {
      // They are seen until the page is closed, and they stay on the disk.
    }
  }
}
