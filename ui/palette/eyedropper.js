/**
 * A button that takes a colour from anywhere on the screen, where the browser can.
 *
 * What it is not: a promise; Chromium has `EyeDropper`, others get no button.
 */

import { parseColour } from "../document/colour.js";
import { iconButton } from "../document/dom.js";

/** @param take is given `#RRGGBB` @returns the button, or null */
export function eyedropper(take) {
  if (typeof window.EyeDropper !== "function") return null;
  const button = iconButton("dropper", "Pick a colour from the screen", async () => {
    try {
      const colour = parseColour((await new window.EyeDropper().open()).sRGBHex);
      if (colour) take(colour);
    } catch {
      // Escape, which is an answer as well.
    }
  });
  button.classList.add("ig-button-line");
  return button;
}
