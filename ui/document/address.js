/** An address of this application, also when it lives below a path of a proxy. */
export function within(src) {
  const base = ((window.gradio_config || {}).root || "").replace(/\/$/, "");
  return src.startsWith("/") ? base + src : src;
}
