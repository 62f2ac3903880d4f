/**
 * What each key of the table does on the canvas.
 *
 * What it is not: the table of keys; that is `shortcuts.js`, and a test compares the two.
 */

import { isTyping } from "../document/dom.js";
import { store } from "../document/shared.js";
import {
  addAt,
  alignBoxes,
  duplicate,
  nudgeBox,
  remove,
  restack,
  selectAll,
  spaceBoxes,
  stretchBox,
  toggleHidden,
  toggleLock,
} from "./commands.js";
import { matching } from "./shortcuts.js";

const ORIGIN = "canvas";
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

/** By the ids of the table: functions that answer whether there was anything to do. */
export function actionsOf(canvas) {
  const on = (command, ...rest) => () => {
    if (store.selected === null || store.problem) return false;
    canvas.act(command, ...rest);
    return true;
  };
  const arrow = (command, step) => (event) => on(command, ARROWS[event.key], step)();
  return {
    "tool-select": () => canvas.use("select") ?? true,
    "tool-obj": () => canvas.use("obj") ?? true,
    "tool-text": () => canvas.use("text") ?? true,
    enter: () => putInTheMiddle(canvas),
    help: () => canvas.help.open() ?? true,
    "select-all": () => canvas.told(selectAll(ORIGIN)) ?? true,
    escape: () => canvas.escape(),
    "edit-words": () => canvas.open(),
    duplicate: on(duplicate),
    delete: on(remove),
    lock: on(toggleLock),
    hide: on(toggleHidden),
    nudge: arrow(nudgeBox, 1),
    "nudge-far": arrow(nudgeBox, 10),
    stretch: arrow(stretchBox, 1),
    "stretch-far": arrow(stretchBox, 10),
    forward: on(restack, 1),
    backward: on(restack, -1),
    "zoom-in": () => canvas.zoom.step(1) ?? true,
    "zoom-out": () => canvas.zoom.step(-1) ?? true,
    "zoom-fit": () => canvas.zoom.fit() ?? true,
    "zoom-actual": () => canvas.zoom.actual() ?? true,
    snap: () => canvas.toggleSetting("snap") ?? true,
    "align-left": on(alignBoxes, "left"),
    "align-centre": on(alignBoxes, "centre"),
    "align-right": on(alignBoxes, "right"),
    "align-top": on(alignBoxes, "top"),
    "align-middle": on(alignBoxes, "middle"),
    "align-bottom": on(alignBoxes, "bottom"),
    "space-x": on(spaceBoxes, "x"),
    "space-y": on(spaceBoxes, "y"),
  };
}

export function listen(canvas) {
  const actions = actionsOf(canvas);
  const answer = (event, places) => {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (matching(event, places).some(({ id }) => actions[id](event))) event.preventDefault();
  };
  canvas.pan.onTap = (event) => answer(event, ["page", "canvas"]);
  canvas.root.addEventListener("keydown", (event) => {
    const onPage = event.target.closest("[data-part=page]") !== null;
    // The space bar may be meant for a drag of the page: it counts when it comes up again.
    if (event.key === " " && onPage) return;
    answer(event, onPage ? ["page", "canvas"] : ["canvas"]);
  });
  const anywhere = (event) => {
    if (canvas.root.isConnected) answer(event, ["anywhere"]);
    else document.removeEventListener("keydown", anywhere);
  };
  document.addEventListener("keydown", anywhere);
}

function putInTheMiddle(canvas) {
  if (canvas.tool === "select") return false;
  canvas.say(addAt(canvas.tool, [500, 500], ORIGIN));
  canvas.use("select");
  canvas.focusSelected();
  return true;
}
