/**
 * How a person likes to see the page: snapping and overlays, remembered in this browser.
 *
 * What it is not: part of the caption; nobody else's page changes with it.
 */

const REMEMBERED = "ideogram4-canvas-view";
const SWITCHES = {
  snap: true,
  shapes: true,
  thirds: false,
  columns: false,
  margins: false,
  safe: false,
};
/** A picture to trace is faint at first, so that boxes stand out. */
const OPACITY = { last: 100, live: 100, reference: 50 };
// A picture to trace is gone with the page, so the choice of it is not kept either.
const KEPT_BACKDROPS = ["blank", "last", "live"];

/** The settings as a whole, from whatever the browser kept. */
export function settingsFrom(kept) {
  let found = null;
  try {
    found = JSON.parse(kept);
  } catch {
    // Somebody else's words under our name count as none.
  }
  const settings = { ...SWITCHES, backdrop: "blank", opacity: { ...OPACITY } };
  for (const name of Object.keys(SWITCHES)) {
    if (typeof found?.[name] === "boolean") settings[name] = found[name];
  }
  if (KEPT_BACKDROPS.includes(found?.backdrop)) settings.backdrop = found.backdrop;
  for (const kind of Object.keys(OPACITY)) {
    const percent = found?.opacity?.[kind];
    if (Number.isInteger(percent) && percent >= 10 && percent <= 100) settings.opacity[kind] = percent;
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
