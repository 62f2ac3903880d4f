/**
 * Colours as numbers: sRGB, light, OKLab and OKLCH, and the spaces a palette file may use.
 *
 * Hex strings are `#RRGGBB`; channels are 0..1; OKLab is [L, a, b] with L 0..1; OKLCH is
 * [L, C, h] with h in degrees. Matrices: Björn Ottosson's OKLab, and CSS Color 4 for Lab (D50).
 * What it is not: colour management; CMYK without a profile is only near.
 */

export function toRgb(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

/** Channels outside 0..1 are clipped, so anything finite makes a colour. */
export function toHex(rgb) {
  const byte = (channel) => Math.round(Math.min(1, Math.max(0, channel)) * 255);
  return `#${rgb.map((channel) => byte(channel).toString(16).padStart(2, "0")).join("")}`.toUpperCase();
}

export function toLight(channel) {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

export function fromLight(light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** OKLab of sRGB channels. */
export function rgbToOklab(rgb) {
  const [r, g, b] = rgb.map(toLight);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** sRGB channels of OKLab; may lie outside 0..1. */
export function oklabToRgb([L, A, B]) {
  const l = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3;
  const m = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3;
  const s = (L - 0.0894841775 * A - 1.291485548 * B) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(fromLight);
}

export function toOklch(hex) {
  const [L, A, B] = rgbToOklab(toRgb(hex));
  const degrees = (Math.atan2(B, A) * 180) / Math.PI;
  return [L, Math.hypot(A, B), (degrees + 360) % 360];
}

/**
 * The nearest colour a screen has: lightness and hue stay, chroma goes down as far as it must.
 * (Clipping the channels instead would turn a strong blue to violet.)
 */
export function fromOklch([L, C, h]) {
  const light = Math.min(1, Math.max(0, L));
  if (light === 0) return "#000000";
  if (light === 1) return "#FFFFFF";
  const turn = (h * Math.PI) / 180;
  const rgbAt = (chroma) =>
    oklabToRgb([light, chroma * Math.cos(turn), chroma * Math.sin(turn)]);
  if (shown(rgbAt(C))) return toHex(rgbAt(C));
  let [low, high] = [0, C];
  while (high - low > 0.0005) {
    const middle = (low + high) / 2;
    if (shown(rgbAt(middle))) low = middle;
    else high = middle;
  }
  return toHex(rgbAt(low));
}

/** CIE Lab under D50 light, as design programs store it: L 0..100, a and b about -128..127. */
export function labToHex([L, A, B]) {
  const y = (L + 16) / 116;
  const cubed = (t) => (t ** 3 > 216 / 24389 ? t ** 3 : (116 * t - 16) / (24389 / 27));
  const Y = L > 8 ? y ** 3 : L / (24389 / 27);
  const X = 0.9642956764 * cubed(y + A / 500);
  const Z = 0.8251046025 * cubed(y - B / 200);
  return toHex(
    [
      3.1341359569958707 * X - 1.6173863321612538 * Y - 0.4906619460083532 * Z,
      -0.978795502912089 * X + 1.916254567259524 * Y + 0.03344273116131949 * Z,
      0.07195537988411677 * X - 0.2289768264158322 * Y + 1.405386058324125 * Z,
    ].map(fromLight),
  );
}

/** Ink as light, without a profile. */
export function cmykToHex([c, m, y, k]) {
  return toHex([c, m, y].map((ink) => (1 - ink) * (1 - k)));
}

/** A hair outside is rounding, not another colour. */
function shown(rgb) {
  return rgb.every((channel) => channel >= -0.0005 && channel <= 1.0005);
}
