/**
 * How a person likes to see the page: snapping and overlays, remembered in this browser.
 *
 * What it is not: part of the caption; nobody else's page changes with it.
 */

const REMEMBERED = "ideogram4-canvas-view";
const START = { snap: true, shapes: true, thirds: false, columns: false, margins: false, safe: false };

/** The settings as a whole, from whatever the browser kept. */
export function settingsFrom(kept) {
  let found = null;
  try {
    found = JSON.parse(kept);
  } catch {
    // Somebody else's words under our name count as none.
  }
  const settings = { ...START };
  for (const name of Object.keys(START)) {
    if (typeof found?.[name] === "boolean") settings[name] = found[name];
  }
  return settings;
}

/** Some browsers forbid storage; then the settings last as long as the page. */
export function remembered() {
  try {
    return settingsFrom(localStorage.getItem(REMEMBERED));
  } catch {
    return settingsFrom(null);
  }
}

export function remember(settings) {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(settings));
  } catch {
    // They will have to be chosen again, which is all that is lost.
  }
}
