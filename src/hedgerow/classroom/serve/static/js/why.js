// Why: the payoff of the portfolio, term by term, in one year.
import { number, t } from "./i18n.js";

/** Return the rows of the terms as bars, what differs most from the baseline first. */
export function rows(told) {
  return Object.entries(told.terms)
    .filter(([, term]) => term.mean !== 0 || term.base !== 0)
    .map(([name, term]) => ({ name, ...term }))
    .sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean));
}

/** Return the bars of terms. The largest, returns, would dwarf the others: it is told in words. */
export function spec(told) {
  const shown = rows(told).filter(({ name }) => name !== "returns");
  const reach = Math.max(10, ...shown.flatMap((row) => [Math.abs(row.mean) + row.half, Math.abs(row.base)]));
  const most = Math.ceil(reach / 10) * 10;
  return {
    names: 150,
    range: [-most, most],
    ticks: [-most, -most / 2, 0, most / 2, most].map((at) => [at, number(at)]),
    unit: t("why.unit"),
    rows: shown.map((row) => ({
      name: t(`term.${row.name}`),
      value: row.mean,
      low: row.mean - row.half,
      high: row.mean + row.half,
      base: row.base,
      colour: row.mean < 0 ? "#d55e00" : "#0072b2",
      text: number(row.mean, 1),
    })),
  };
}
