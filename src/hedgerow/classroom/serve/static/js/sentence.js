// The sentence: what was changed, and what that changes by how much.
import { list, number, t } from "./i18n.js";
import { shown } from "./levers.js";

const MOST = 3;

/** How a measure is told: factor to its unit, decimals, key of the unit. */
function look(name) {
  if (name.startsWith("arms")) return [100, 0, "unit.points"];
  if (name === "alignment_index") return [1, 1, "unit.index"];
  if (name.startsWith("tier")) return [1, 2, "unit.rungs"];
  return [1, 2, "unit.depth"];
}

/** Return the changes of the state against its preset, in words. */
export function changes(state, described) {
  const levers = Object.fromEntries(described.levers.map((lever) => [lever.id, lever]));
  const words = Object.entries(state.levers)
    .filter(([id]) => levers[id].path !== null)
    .map(([id, value]) =>
      t("change.lever", {
        what: t(`lever.${id}`),
        from: number(levers[id].default, decimals(levers[id])),
        to: shown(levers[id], value),
      }),
    );
  for (const [id, on] of Object.entries(state.switches)) words.push(t(`change.${id}.${on ? "on" : "off"}`));
  return words;
}

const decimals = (lever) => (String(lever.step).split(".")[1] || "").length;

/** Return what differs from the baseline in a year beyond the noise of the runs, largest first. */
export function effects(answer, base, year) {
  const place = year - answer.start;
  const found = [];
  for (const [name, { mean, half, sd }] of Object.entries(answer.effects)) {
    const [by, within, spread] = [mean[place], half[place], sd[place]];
    if (by === null || within === null || Math.abs(by) <= within) continue;
    const [factor, digits] = look(name);
    if (Math.abs(by * factor) < 0.5 * 10 ** -digits) continue;
    const size = spread > 0 ? Math.abs(by) / spread : 9;
    found.push({ name, by, within, size, from: base.series[name].mean[place] });
  }
  return found.sort((a, b) => b.size - a.size);
}

function effect({ name, by, within, from }) {
  const [factor, digits, unit] = look(name);
  const values = {
    what: t(`measure.${name}`),
    by: `${number(Math.abs(by) * factor, digits)} ${t(unit)}`,
    within: number(within * factor, digits || 1),
    from: number(from * factor, digits),
    to: number((from + by) * factor, digits),
  };
  return t(by > 0 ? "effect.up" : "effect.down", values);
}

/** Return the sentence. */
export function sentence(state, described, answer, base, preset, first) {
  const words = changes(state, described);
  const begun = preset === first ? [] : [t("told.preset", { preset: t(`preset.${preset}`) })];
  if (words.length) begun.push(t("told.changed", { changes: list(words) }));
  if (!begun.length) return t("told.nothing", { year: state.year, ...baseline(base, state.year) });
  const found = effects(answer, base, state.year);
  if (!found.length) return [...begun, t("told.noise", { year: state.year })].join(" ");
  const said = list(found.slice(0, MOST).map(effect));
  const more = found.length - MOST;
  const rest = more > 0 ? [t("told.more", { count: more })] : [];
  return [...begun, t("told.effects", { year: state.year, effects: said }), ...rest].join(" ");
}

function baseline(base, year) {
  const place = year - base.start;
  const index = base.series.alignment_index;
  return {
    index: number(index.q50[place]),
    low: number(index.q05[place]),
    high: number(index.q95[place]),
    arms: number(100 * base.series["arms_stock:RUS"].q50[place]),
  };
}
