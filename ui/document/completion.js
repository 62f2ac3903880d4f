/**
 * What can be written at a place of a caption's text: the names and the usual values of its schema.
 *
 * The text may be broken, since somebody is typing it; the scan takes tokens as they come. Names
 * come in trained order, which is the schema's. What it is not: a list on the screen
 * (`editor/complete.js`), or a rule of its own: everything is read from the schema.
 */

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[{}[\]:,]|[^\s"{}[\]:,]+/g;
const CLOSED = /^"(?:[^"\\]|\\.)*"$/;

/**
 * @returns {null | {from, to, options}} the range to replace, and for each entry `{label, title,
 *   help, insert, select: [from, to] within `insert`, comma: offset of one that is missing, or
 *   null, more: whether there are values to offer next}`.
 */
export function completeAt(text, at, schema) {
  const place = scan(text, at);
  const { frame, part, next } = place;
  if (!frame) return null;
  const node = nodeAt(schema, frame.path);
  const naming = frame.type === "{" && (place.state === "key" || place.state === "after");
  const found = naming ? names(node, schema, place) : values(node, schema, place);
  if (found.length === 0) return null;
  const comma = place.state === "after" ? place.end : null;
  const tail = next !== null && !"}]:,".includes(next) ? "," : "";
  const from = part?.from ?? at;
  const gap = comma === from ? " " : "";
  const options = found.map(({ insert, select, ...option }) => ({
    ...option,
    insert: gap + insert + tail,
    select: select.map((offset) => gap.length + offset),
    comma,
  }));
  return { from, to: part?.to ?? at, options };
}

/** The schema of the value at a path of names and indices, with its references followed; or null. */
export function nodeAt(schema, path) {
  let node = follow(schema, schema);
  for (const step of path) {
    const child = typeof step === "number" ? node?.items : own(node?.properties, step);
    node = child ? follow(child, schema) : null;
  }
  return node;
}

function follow(node, schema) {
  if (!node.$ref) return node;
  return { ...schema.$defs[node.$ref.split("/").at(-1)], ...node };
}

function own(object, name) {
  return object && Object.hasOwn(object, name) ? object[name] : null;
}

function names(node, schema, { frame, next }) {
  const closed = forbidden(node, frame.members);
  return Object.entries(node?.properties ?? {})
    .filter(([name]) => !frame.members.has(name) && !closed.has(name))
    .map(([name, child]) => {
      const value = follow(child, schema);
      const { body, select } = next === ":" ? { body: "", select: [0, 0] } : skeleton(value);
      const head = next === ":" ? JSON.stringify(name) : `${JSON.stringify(name)}: `;
      return {
        label: name,
        title: value.title ?? name,
        help: value.description ?? "",
        insert: head + body,
        select: select.map((offset) => head.length + offset),
        more: next !== ":" && usual(value).length > 0,
      };
    });
}

/** Names that what is written already rules out: the other one of two, or not with this value. */
function forbidden(node, members) {
  const out = new Set();
  const choices = (node?.oneOf ?? []).map(({ required }) => required ?? []);
  if (choices.some((choice) => choice.some((name) => members.has(name)))) {
    for (const name of choices.flat()) out.add(name);
  }
  for (const rule of node?.allOf ?? []) {
    const meant = Object.entries(rule.if?.properties ?? {});
    const holds = meant.every(([name, { const: value }]) => members.get(name) === value);
    if (holds) for (const name of rule.then?.not?.required ?? []) out.add(name);
  }
  return out;
}

function values(node, schema, { frame, state, part }) {
  if (frame.type === "{" && state !== "value") return [];
  const child = frame.type === "{" ? own(node?.properties, frame.key) : node?.items;
  if (!child) return [];
  const value = follow(child, schema);
  const shared = { title: value.title ?? "", help: value.description ?? "", more: false };
  if (value.type === "object" && frame.type === "[" && part === null) {
    const { body, select } = filled(value, schema);
    return [{ ...shared, label: value.title ?? "{ }", insert: body, select, more: true }];
  }
  return usual(value).map((item) => {
    const insert = JSON.stringify(item);
    return { ...shared, label: String(item), insert, select: [insert.length, insert.length] };
  });
}

function usual(node) {
  if (node.type === "boolean") return [true, false];
  return node.enum ?? node.examples ?? [];
}

/** An empty value of the right kind, and where the caret goes. */
function skeleton(node) {
  if (node["x-box"]) {
    const { minimum, maximum } = node.items;
    const body = JSON.stringify([minimum, minimum, maximum, maximum]).replaceAll(",", ", ");
    return { body, select: [1, 1 + String(minimum).length] };
  }
  const body = { object: "{}", array: "[]", string: '""', boolean: "true" }[node.type] ?? "0";
  return /^\w/.test(body) ? { body, select: [0, body.length] } : { body, select: [1, 1] };
}

/** An object with the members that it must have. */
function filled(node, schema) {
  const members = (node.required ?? []).map((name) => {
    const child = own(node.properties, name);
    return `${JSON.stringify(name)}: ${child ? skeleton(follow(child, schema)).body : '""'}`;
  });
  const body = `{${members.join(", ")}}`;
  const inside = members.length > 0 ? members[0].length : 1;
  return { body, select: [inside, inside] };
}

/**
 * Where `at` is: `frame` is the open object or list with its `path`, the `members` it has (texts by
 * name, all of it, not only what stands before), `state` what is expected there, `part` the token
 * that is being written, `next` the one after it, `end` where the one before it ends.
 */
function scan(text, at) {
  const stack = [];
  let place = null;
  let end = 0;
  for (const { 0: raw, index: from } of text.matchAll(TOKEN)) {
    const to = from + raw.length;
    const writing = from < at && (to > at || !(CLOSED.test(raw) || "{}[]:,".includes(raw)));
    const starts = !place && (from >= at || writing);
    if (starts) {
      const frame = stack.at(-1);
      place = { frame, state: frame?.state, end, part: writing ? { from, to } : null, next: null };
    }
    if (place && place.next === null && !(starts && writing)) place.next = raw;
    feed(stack, raw, starts && writing);
    end = to;
    if (place && !stack.includes(place.frame)) break;
  }
  const frame = stack.at(-1);
  return place ?? { frame, state: frame?.state, end, part: null, next: null };
}

/** One token further. What is `partial` is no member yet. */
function feed(stack, raw, partial) {
  const frame = stack.at(-1);
  if (raw === "{" || raw === "[") {
    const path = frame ? [...frame.path, frame.type === "{" ? frame.key : frame.index] : [];
    if (frame) frame.state = "after";
    const state = raw === "{" ? "key" : "value";
    stack.push({ type: raw, path, state, key: null, index: 0, members: new Map() });
  } else if (!frame) {
    return;
  } else if (raw === "}" || raw === "]") {
    stack.pop();
  } else if (raw === ",") {
    frame.state = frame.type === "{" ? "key" : "value";
    frame.index += 1;
  } else if (raw === ":") {
    frame.state = "value";
  } else if (frame.type === "{" && frame.state !== "value") {
    frame.key = unquoted(raw);
    frame.state = "colon";
    if (!partial) frame.members.set(frame.key, undefined);
  } else {
    if (frame.type === "{" && !partial) frame.members.set(frame.key, unquoted(raw));
    frame.state = "after";
  }
}

function unquoted(raw) {
  return raw.replace(/^"|"$/g, "");
}
