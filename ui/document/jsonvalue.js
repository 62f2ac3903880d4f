/**
 * JSON values: tell objects from lists, copy, compare, set any name.
 *
 * What it is not: text; that is `jsontext.js`.
 */

/** Set an own member even when it is called `__proto__`. */
export function put(object, name, value) {
  if (name === "__proto__") {
    Object.defineProperty(object, name, {
      value, enumerable: true, configurable: true, writable: true,
    });
  } else {
    object[name] = value;
  }
  return object;
}

export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A deep copy of a JSON value. */
export function clone(value) {
  if (Array.isArray(value)) return value.map(clone);
  if (!isObject(value)) return value;
  const copy = {};
  for (const name of Object.keys(value)) put(copy, name, clone(value[name]));
  return copy;
}

/** Same JSON, the order of members included. */
export function equal(a, b) {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  const others = Object.keys(b);
  return (
    names.length === others.length &&
    names.every((name, i) => name === others[i] && equal(a[name], b[name]))
  );
}
