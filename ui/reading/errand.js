/**
 * One reading at a time: begun with a question, asked after every moment, stopped when it is not
 * wanted any more. Python does the work and has the words for what goes wrong.
 *
 * What it is not: a panel; whoever has an errand says what is seen of it.
 */

const EVERY = 600;
const SILENT = "The studio did not answer. Please try again.";

/** Why a question cannot even be asked, in a person's words. */
export class Refusal extends Error {}

export class Errand {
  #ticket = null;
  #number = 0;
  busy = false;

  /** @param {object} options `server` with read_begin, read_news, read_stop; `told(news)` */
  constructor({ server, told }) {
    Object.assign(this, { server, told });
  }

  /** Begin anew. The last news of it has an `error`, or `phase` "done" or "cancelled". */
  async start(question) {
    this.stop();
    this.#number += 1;
    const mine = this.#number;
    this.busy = true;
    this.told({ phase: "asking" });
    const end = await this.#follow(mine, question).catch((problem) => {
      // A refusal in plain words, or something that nobody foresaw.
      if (problem instanceof Refusal) return { error: problem.message };
      console.warn(problem);
      return { error: SILENT };
    });
    if (mine !== this.#number) return;
    this.busy = false;
    this.#ticket = null;
    this.told(end);
  }

  /** Not wanted any more. What still arrives is thrown away. */
  stop() {
    const ticket = this.#ticket;
    this.#number += 1;
    this.#ticket = null;
    this.busy = false;
    if (ticket) void this.server.read_stop({ ticket }).catch(() => {});
  }

  async #follow(mine, question) {
    const { ticket, error } = await this.server.read_begin(await question());
    if (error) return { error };
    if (mine !== this.#number) {
      void this.server.read_stop({ ticket }).catch(() => {});
      return {};
    }
    this.#ticket = ticket;
    for (;;) {
      const news = await this.server.read_news({ ticket });
      if (mine !== this.#number) return {};
      if (news.error) return news;
      if (news.phase === "failed") return { error: news.message };
      if (news.phase === "done" || news.phase === "cancelled") return news;
      this.told(news);
      await new Promise((go) => setTimeout(go, EVERY));
      if (mine !== this.#number) return {};
    }
  }
}

/** How it is, for a person. */
export function inWords({ phase, ahead = 0, pieces = 0 }, reader) {
  if (phase === "waiting") return ahead === 1 ? "One picture is before it." : `${ahead} pictures are before it.`;
  if (phase === "loading") return "The model is loaded first…";
  return phase === "reading" && pieces > 1 ? `${reader} reads… ${pieces} pieces written` : `${reader} looks at the picture…`;
}
