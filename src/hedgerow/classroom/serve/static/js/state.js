// The whole state of the page, which lives in the address bar: a link is an answer.

export const SWITCHES = ["no_alliance", "no_foreign_base", "no_siding", "no_force", "war", "foresight"];
const ARMS = ["stock", "deliveries", "orders"];

/** Read the state from the address. Values are checked against levers later, by `fit`. */
export function read(search, about) {
  const given = new URLSearchParams(search);
  const names = about.presets.map((preset) => preset.name);
  const preset = given.get("preset");
  const year = Number.parseInt(given.get("year") ?? "", 10);
  const state = {
    preset: names.includes(preset) ? preset : about.base,
    levers: {},
    switches: {},
    year: year >= about.start && year <= about.end ? year : Math.min(2030, about.end),
    arms: ARMS.includes(given.get("arms")) ? given.get("arms") : "stock",
    why: given.get("why") === "1",
    lang: given.get("lang") || "",
  };
  for (const name of SWITCHES) {
    if (["0", "1"].includes(given.get(name))) state.switches[name] = given.get(name) === "1";
  }
  for (const [name, value] of given) {
    const number = Number(value);
    if (value !== "" && Number.isFinite(number)) state.levers[name] = number;
  }
  return state;
}

/** Keep what differs from where levers and switches of the preset stand. */
export function fit(state, described) {
  const levers = {};
  for (const lever of described.levers) {
    const value = state.levers[lever.id];
    if (value === undefined || value === lever.default) continue;
    levers[lever.id] = Math.min(Math.max(value, lever.low), lever.high);
  }
  const switches = {};
  for (const { id, on } of described.switches) {
    if (state.switches[id] !== undefined && state.switches[id] !== on) {
      switches[id] = state.switches[id];
    }
  }
  return { ...state, levers, switches };
}

/** What the server is asked. */
export function question(state, base) {
  const query = {};
  if (state.preset !== base) query.preset = state.preset;
  for (const [name, value] of Object.entries(state.levers)) query[name] = String(value);
  for (const [name, on] of Object.entries(state.switches)) query[name] = on ? "1" : "0";
  return query;
}

/** The whole state as a query. */
export function written(state, base) {
  const query = { ...question(state, base), year: String(state.year), lang: state.lang };
  if (state.arms !== "stock") query.arms = state.arms;
  if (state.why) query.why = "1";
  return new URLSearchParams(query).toString();
}
