/**
 * Turn an edited value back into text by touching only what changed.
 *
 * Why: the person's own formatting, their caret and their folds must survive an edit made on the
 * canvas, so a moved box rewrites four numbers and nothing else.
 *
 * What it is not: a formatter of other people's text; `format` is only used for new values (and
 * for the Format button, which asks for it).
 */

import { diffText, escapeToken, parseJson } from "./jsontext.js";
import { equal, isObject } from "./jsonvalue.js";

const UNIT = "  ";

/** Pretty JSON as the studio writes it: two spaces, lists of plain values on one line. */
export function format(value, { unit = UNIT, indent = "", compact = false } = {}) {
  const plain = !isObject(value) && !Array.isArray(value);
  if (plain) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) {
    const inline = compact || value.every((item) => !isObject(item) && !Array.isArray(item));
    const items = value.map((item) => format(item, { unit, indent: indent + unit, compact }));
    return wrap(items, "[]", { unit, indent, inline });
  }
  const members = Object.keys(value).map(
    (name) =>
      `${JSON.stringify(name)}: ${format(value[name], { unit, indent: indent + unit, compact })}`,
  );
  return wrap(members, "{}", { unit, indent, inline: compact });
}

/**
 * The changes that make `text` say `next`: `[{from, to, insert}]`, ascending, none overlapping.
 * `text` must parse.
 */
export function patchText(text, next) {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Error(`patchText needs text that parses: ${parsed.message}`);
  const patcher = new Patcher(text, parsed.ranges);
  patcher.visit("", parsed.value, next);
  return patcher.changes;
}

/** `text` after `changes` (ascending, as `patchText` gives them). */
export function applyChanges(text, changes) {
  let result = "";
  let at = 0;
  for (const { from, to, insert } of changes) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}

/** `text` and the `changes` that make it say `next`; blank text becomes text as the studio writes it. */
export function rewritten(text, next) {
  if (text.trim() === "") {
    const whole = format(next);
    return { text: whole, changes: [diffText(text, whole)] };
  }
  const changes = patchText(text, next);
  return { text: applyChanges(text, changes), changes };
}

function wrap(parts, brackets, { unit, indent, inline }) {
  const [open, close] = brackets;
  if (parts.length === 0) return open + close;
  if (inline) return `${open}${parts.join(", ")}${close}`;
  const inner = `\n${indent}${unit}`;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${indent}${close}`;
}

class Patcher {
  constructor(text, ranges) {
    this.text = text;
    this.ranges = ranges;
    this.changes = [];
    this.unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? UNIT;
    this.compact = !text.trim().includes("\n") && text.trim().length > 2;
  }

  visit(pointer, old, next) {
    if (equal(old, next)) return;
    if (sameShape(old, next)) {
      for (const name of Object.keys(next)) {
        this.visit(`${pointer}/${escapeToken(name)}`, old[name], next[name]);
      }
      return;
    }
    const { from, to } = this.ranges.get(pointer);
    const before = this.text.slice(from, to);
    const change = diffText(before, this.rebuilt(pointer, old, next, before));
    if (change) {
      this.changes.push({ from: from + change.from, to: from + change.to, insert: change.insert });
    }
  }

  /** New text for a container that gained, lost or reordered parts; equal parts keep their text. */
  rebuilt(pointer, old, next, before) {
    const { from } = this.ranges.get(pointer);
    const indent = this.indentAt(from);
    const kept = isObject(old) === isObject(next) && Array.isArray(old) === Array.isArray(next);
    const container = isObject(next) || Array.isArray(next);
    const fresh = { unit: this.unit, indent: indent + this.unit, compact: this.compact };
    if (!container || !kept) return format(next, { ...fresh, indent });
    const flat =
      Array.isArray(next) && next.every((item) => !isObject(item) && !Array.isArray(item));
    const inline = Object.keys(old).length === 0 ? this.compact || flat : !before.includes("\n");
    const used = new Set();
    const parts = Object.keys(next).map((name) => {
      const text =
        this.source(pointer, old, next[name], name, used, inline) ??
        format(next[name], { ...fresh, compact: inline });
      return Array.isArray(next) ? text : `${JSON.stringify(name)}: ${text}`;
    });
    return wrap(parts, Array.isArray(next) ? "[]" : "{}", { unit: this.unit, indent, inline });
  }

  /** The text that an equal part already has, if one is left. */
  source(pointer, old, value, name, used, inline) {
    const candidates = Array.isArray(old) ? [name, ...Object.keys(old)] : [name];
    const found = candidates.find(
      (other) => Object.hasOwn(old, other) && !used.has(other) && equal(old[other], value),
    );
    if (found === undefined) return null;
    used.add(found);
    const range = this.ranges.get(`${pointer}/${escapeToken(found)}`);
    const text = this.text.slice(range.from, range.to);
    return inline && text.includes("\n") ? null : text;
  }

  indentAt(offset) {
    const start = this.text.lastIndexOf("\n", offset - 1) + 1;
    return /^[ \t]*/.exec(this.text.slice(start, offset))[0];
  }
}

function sameShape(old, next) {
  if (Array.isArray(old) && Array.isArray(next)) {
    return old.length === next.length && next.some((item) => isObject(item));
  }
  if (!isObject(old) || !isObject(next)) return false;
  const names = Object.keys(old);
  const others = Object.keys(next);
  return names.length === others.length && names.every((name, i) => name === others[i]);
}
