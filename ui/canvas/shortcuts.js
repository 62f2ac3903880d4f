/**
 * The canvas's keys: one table, read by the handler and by the help sheet, so both always agree.
 *
 * Pure. A combination is written "Mod+Shift+A"; Mod is Ctrl, or Cmd on a Mac; "Arrow" is any of the
 * four. `where`: "page" works while a box or the page has the focus, "canvas" anywhere in the panel,
 * "anywhere" wherever nobody is typing; "browser" comes as an event of the browser's own (copy, cut,
 * paste), "history" is handled for all panels at once. Rows with `pointer` are not keys.
 */

export const SHORTCUTS = [
  row("tool-select", "Tools", "Select and move boxes", ["V"], "canvas"),
  row("tool-obj", "Tools", "Draw a box for an object", ["O"], "canvas"),
  row("tool-text", "Tools", "Draw a box for words", ["T"], "canvas"),
  row("enter", "Tools", "Put a box in the middle, with a drawing tool in hand", ["Enter", "Space"]),
  row("undo", "Tools", "Undo", ["Mod+Z"], "history"),
  row("redo", "Tools", "Redo", ["Mod+Shift+Z", "Mod+Y"], "history"),
  row("help", "Tools", "Show this list", ["?"], "anywhere"),

  row("select-all", "Select", "Select everything", ["Mod+A"]),
  row("escape", "Select", "Let go", ["Escape"], "canvas"),
  pointer("Select", "Add a box, or take it out", "Shift or Ctrl + click"),
  pointer("Select", "Reach the box underneath", "Alt + click, or click again"),
  pointer("Select", "Select all boxes touched", "Drag on the empty page"),
  pointer("Select", "Select only boxes wholly inside", "Alt + drag on the empty page"),

  row("edit-words", "Edit", "Write its words, or go to its description", ["Enter", "Space"]),
  pointer("Edit", "The same with a pointer", "Double click or double tap"),
  pointer("Edit", "Leave the words", "Esc, Ctrl + Enter or a click outside"),
  row("duplicate", "Edit", "Duplicate", ["Mod+D"], "canvas"),
  row("copy", "Edit", "Copy", ["Mod+C"], "browser"),
  row("cut", "Edit", "Cut", ["Mod+X"], "browser"),
  row("paste", "Edit", "Paste", ["Mod+V"], "browser"),
  row("delete", "Edit", "Delete", ["Delete", "Backspace"]),
  row("lock", "Edit", "Lock, or unlock", ["L"]),
  row("hide", "Edit", "Hide from the picture, or show", ["H"]),

  row("nudge", "Move and resize", "Move by one", ["Arrow"]),
  row("nudge-far", "Move and resize", "Move by ten", ["Shift+Arrow"]),
  row("stretch", "Move and resize", "Resize by one", ["Alt+Arrow"]),
  row("stretch-far", "Move and resize", "Resize by ten", ["Alt+Shift+Arrow"]),
  row("forward", "Move and resize", "Bring forward", ["]"]),
  row("backward", "Move and resize", "Send back", ["["]),
  row("snap", "Move and resize", "Snapping on or off", ["S"]),
  pointer("Move and resize", "Other places in the list of layers", "Drag a handle, or Alt + Up and Down"),
  pointer("Move and resize", "Move, resize or draw without snapping", "Ctrl + drag"),
  pointer("Move and resize", "Keep to one direction, or the proportions", "Shift + drag"),
  pointer("Move and resize", "Resize from the centre", "Alt + drag a handle"),

  row("zoom-in", "See", "Zoom in", ["Plus", "="], "canvas"),
  row("zoom-out", "See", "Zoom out", ["-"], "canvas"),
  row("zoom-fit", "See", "The whole page", ["0"], "canvas"),
  row("zoom-actual", "See", "The picture’s own size, 100 %", ["1"], "canvas"),
  pointer("See", "Zoom at the pointer", "Ctrl + wheel, or two fingers"),
  pointer("See", "Move the page", "Space + drag, middle button or two fingers"),
  pointer("See", "Move a page that is zoomed in", "Wheel"),

  row("align-left", "Align", "Left edges", ["Shift+L"]),
  row("align-centre", "Align", "Centres", ["Shift+C"]),
  row("align-right", "Align", "Right edges", ["Shift+R"]),
  row("align-top", "Align", "Top edges", ["Shift+T"]),
  row("align-middle", "Align", "Middles", ["Shift+M"]),
  row("align-bottom", "Align", "Bottom edges", ["Shift+B"]),
  row("space-x", "Align", "Equal gaps from left to right", ["Shift+H"]),
  row("space-y", "Align", "Equal gaps from top to bottom", ["Shift+V"]),
];

const NAMES = { Space: " ", Plus: "+" };
const MAC = { Mod: "⌘", Alt: "⌥", Shift: "⇧", Ctrl: "⌘" };
const SHOWN = { Mod: "Ctrl", Arrow: "Arrows", Escape: "Esc", Plus: "+" };

/** The rows that a key press means; more than one where the situation decides. */
export function matching(event, places) {
  return SHORTCUTS.filter(
    ({ keys, where }) => places.includes(where) && keys?.some((combination) => fits(combination, event)),
  );
}

/** The first combination of a row in words: "Ctrl+Shift+Z". */
export function keysOf(id, mac = false) {
  return spelled(SHORTCUTS.find((entry) => entry.id === id).keys[0], mac);
}

export function spelled(combination, mac = false) {
  const parts = combination.split("+");
  const words = parts.map((part) => (mac && MAC[part]) || SHOWN[part] || part);
  return words.join(mac ? " " : "+");
}

function row(id, group, words, keys, where = "page") {
  return { id, group, words, keys, where };
}

function pointer(group, words, how) {
  return { group, words, pointer: how };
}

function fits(combination, event) {
  const parts = combination.split("+");
  const wanted = NAMES[parts.at(-1)] ?? parts.at(-1);
  const { key } = event;
  // Where a sign or a digit needs Shift or AltGr depends on the keyboard: only itself counts.
  if (/^[^a-z ]$/i.test(wanted)) return key === wanted && !(plainMod(event) && !altGraph(event));
  const arrow = wanted === "Arrow" && key.startsWith("Arrow");
  const held = (name) => parts.slice(0, -1).includes(name);
  return (
    (arrow || key.toLowerCase() === wanted.toLowerCase()) &&
    held("Mod") === plainMod(event) &&
    held("Shift") === event.shiftKey &&
    held("Alt") === event.altKey
  );
}

function plainMod(event) {
  return event.ctrlKey || event.metaKey;
}

function altGraph(event) {
  return event.getModifierState?.("AltGraph") ?? false;
}
