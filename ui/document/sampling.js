/**
 * The numbers of a run: what a preset says, what was set beside it, and both together.
 *
 * `set` is `{num_steps, guidance_schedule, mu, std}`, each null for the preset's, and the list
 * `loras` of `{name, weight, branch}`. Weights are one a step, first step first. What it is not: the rules; Python checks every wish again.
 */

export const MOST_STEPS = 200;
export const MOST_WEIGHT = 100;
export const MOST_LORA = 2; // beyond this a picture falls apart; Python takes more
export const BRANCHES = ["conditional", "unconditional", "both"];
export const NOTHING = Object.freeze({
  num_steps: null,
  guidance_schedule: null,
  mu: null,
  std: null,
  loras: Object.freeze([]),
});

/** A preset's weights over another number of steps, as Python does it (`sampling/plan.py`). */
export function stretched(weights, steps) {
  const { length } = weights;
  return Array.from({ length: steps }, (_, step) => {
    const place = Math.trunc(((step + 0.5) * length) / steps);
    return weights[Math.min(place, length - 1)];
  });
}

/** What a run would use. @param preset `{num_steps, guidance_schedule, mu, std}` */
export function inForce(preset, set) {
  const steps = set.num_steps ?? set.guidance_schedule?.length ?? preset.num_steps;
  return {
    num_steps: steps,
    guidance_schedule: set.guidance_schedule ?? stretched(preset.guidance_schedule, steps),
    mu: set.mu ?? preset.mu,
    std: set.std ?? preset.std,
  };
}

/** The same wishes with another number of steps (null: the preset's); edited weights follow. */
export function withSteps(preset, set, num_steps) {
  const steps = num_steps ?? preset.num_steps;
  const weights = set.guidance_schedule;
  const guidance_schedule = weights && weights.length !== steps ? stretched(weights, steps) : weights;
  return { ...set, num_steps, guidance_schedule };
}

/** One weight more or less; a curve that is the preset's again is none of one's own. */
export function withWeight(preset, set, step, weight) {
  const { guidance_schedule } = inForce(preset, set);
  const next = guidance_schedule.with(step, bounded(weight));
  return withWeights(preset, set, next);
}

export function withWeights(preset, set, weights) {
  const plain = stretched(preset.guidance_schedule, weights.length);
  const same = weights.every((weight, step) => weight === plain[step]);
  return { ...set, guidance_schedule: same ? null : weights };
}

/** Two decimals are more than anybody sees. */
export function bounded(weight) {
  const number = Number.isFinite(weight) ? weight : 0;
  return Math.round(Math.min(MOST_WEIGHT, Math.max(0, number)) * 100) / 100;
}

/** Whatever Python or a picture says, as wishes; odd parts count as the preset's. */
export function wishes(given) {
  const number = (value) => (Number.isFinite(value) ? value : null);
  const weights = Array.isArray(given?.guidance_schedule) ? given.guidance_schedule : null;
  const legal = weights && weights.length > 0 && weights.length <= MOST_STEPS && weights.every(Number.isFinite);
  return {
    num_steps: Number.isInteger(given?.num_steps) ? given.num_steps : null,
    guidance_schedule: legal ? weights.map(bounded) : null,
    mu: number(given?.mu),
    std: number(given?.std),
    loras: (Array.isArray(given?.loras) ? given.loras : [])
      .filter((lora) => typeof lora?.name === "string")
      .map(({ name, weight, branch }) => ({
        name,
        weight: Number.isFinite(weight) ? weight : 1,
        branch: BRANCHES.includes(branch) ? branch : BRANCHES[0],
      })),
  };
}

/** Whether everything is the preset's. */
export function isNothing({ loras, ...numbers }) {
  return loras.length === 0 && Object.values(numbers).every((value) => value === null);
}

/** One LoRA taken, changed or (null) left out; the order of the others stays. */
export function withLora(set, name, wish) {
  const known = set.loras.some((lora) => lora.name === name);
  const kept = set.loras.filter((lora) => wish || lora.name !== name);
  const loras = kept.map((lora) => (lora.name === name ? { ...lora, ...wish } : lora));
  if (wish && !known) loras.push({ name, weight: 1, branch: BRANCHES[0], ...wish });
  return { ...set, loras };
}

/** "16 steps, guidance edited", or "as the preset says". */
export function summary(set) {
  const parts = [
    set.num_steps !== null && `${set.num_steps} ${set.num_steps === 1 ? "step" : "steps"}`,
    set.guidance_schedule !== null && "guidance edited",
    set.mu !== null && `mu ${set.mu}`,
    set.std !== null && `std ${set.std}`,
    set.loras.length > 0 && `${set.loras.length} ${set.loras.length === 1 ? "LoRA" : "LoRAs"}`,
  ].filter(Boolean);
  return parts.length ? parts.join(", ") : "as the preset says";
}

/** The upper end of the plot: round, and above every weight. */
export function ceiling(weights) {
  const most = Math.max(...weights, 0);
  return [2, 5, 10, 20, 50, 100].find((end) => end >= most * 1.1) ?? MOST_WEIGHT;
}

/**
 * The size of a ratio and a number of pixels that a model draws, or null.
 *
 * @param limits `{minimum, maximum, multiple, max_ratio}` of a checkpoint
 */
export function sizeOf([across, down], megapixels, { minimum, maximum, multiple, max_ratio }) {
  const side = Math.sqrt((megapixels * 1e6) / (across * down));
  const near = (length) => {
    const low = Math.ceil(minimum / multiple) * multiple;
    const high = Math.floor(maximum / multiple) * multiple;
    return Math.min(high, Math.max(low, Math.round(length / multiple) * multiple));
  };
  const [width, height] = [near(across * side), near(down * side)];
  const ratio = Math.max(width, height) / Math.min(width, height);
  return ratio <= max_ratio ? { width, height } : null;
}

/** The common ratio that a size is nearest to, by its name, or "" when none is near. */
export function ratioOf({ width, height }, ratios) {
  const close = (ratio) => Math.abs(Math.log((width / height) * (ratio[1] / ratio[0])));
  const [name, ratio] = Object.entries(ratios).reduce((a, b) => (close(b[1]) < close(a[1]) ? b : a));
  return close(ratio) < 0.04 ? name : "";
}
