// What if: one page, whose whole state is its address.
import { Refusal, address, askPatiently } from "./api.js";
import { bars } from "./bars.js";
import { BASE, COLOURS, Chart, legend } from "./charts.js";
import { find, make, save } from "./dom.js";

import { header } from "./header.js";
import { fill, has, number, spoken, speak, t, wanted } from "./i18n.js";
import { controls, place } from "./levers.js";
import { sentence } from "./sentence.js";
import { fit, question, read, written } from "./state.js";
import { barsPicture, curves, file } from "./svg.js";
import { table } from "./tables.js";
import * as why from "./why.js";

const QUICK = 128;
const REFINED = 1000;
const FIGURES = ["alignment", "arms", "tiers", "portfolio", "votes", "why"];
const LADDER = ["RUS", "CHN", "USA"];
const UNDATED = 2008; // where a fact without a date stands, among the years that it may mean

let about; // presets, partners, years, facts
let state;
let described; // levers and switches of the preset
let answer = null;
const bases = {}; // answers of the baseline by number of runs
const charts = {};
let reasons = null;
const at = () => state.year - about.start;
const percent = (value) => `${number(100 * value)} %`;

/* ---- talking to the server: the newest question wins ---- */

let asking = false; // a quick question is on its way
let waiting = false; // a newer one waits for it
let refining = null;
let turn = 0;

/** Note that what is on its way answers an older question. */
function begin() {
  turn += 1;
  document.documentElement.dataset.asked = String(turn);
  refining?.abort();
}

/** Ask for the state as it is now; while a hand moves, one question at a time. */
async function refresh() {
  begin();
  if (asking) {
    waiting = true;
    return;
  }
  asking = true;
  let mine = turn;
  try {
    do {
      waiting = false;
      mine = turn;
      const got = await answered(question(state, about.base), QUICK);
      if (mine === turn || waiting) redraw(got, mine !== turn);
    } while (waiting);
  } catch (error) {
    failed(error);
    mine = -1;
  } finally {
    asking = false;
  }
  if (mine === turn) await refine(mine);
}

async function refine(mine) {
  refining = new AbortController();
  try {
    const got = await answered(question(state, about.base), REFINED, refining.signal);
    if (mine === turn) redraw(got);
    if (mine === turn && state.why) await explain();
  } catch (error) {
    if (error.name !== "AbortError") failed(error);
  }
}

async function answered(query, runs, signal) {
  const got = await askPatiently("/api/answer", { ...query, runs: String(runs) }, signal);
  bases[runs] ??= await askPatiently("/api/answer", { runs: String(runs) });
  return got;
}

async function explain() {
  const mine = turn;
  const query = { ...question(state, about.base), year: String(state.year) };
  try {
    const told = await askPatiently("/api/why", query);
    if (mine !== turn || told.year !== state.year) return;
    reasons = told;
    drawWhy();
  } catch (error) {
    failed(error);
  }
}

function failed(error) {
  const box = find("trouble");
  box.hidden = false;
  box.textContent = error instanceof Refusal
    ? t("trouble.refused", { message: [error.parameter, error.message, error.expected].filter(Boolean).join(": ") })
    : t("trouble.gone");
}

/* ---- drawing ---- */

/** Draw an answer; an older one moves the charts, but is not put into words. */
function redraw(got, older = false) {
  answer = got;
  find("trouble").hidden = true;
  drawAll(older);
  if (older) return;
  document.documentElement.dataset.runs = String(got.runs);
  document.documentElement.dataset.turn = String(turn);
}

function drawAll(older = false) {
  if (answer === null) return;
  const base = bases[answer.runs];
  find("precision").textContent = t(answer.runs === QUICK ? "precision.quick" : "precision.refined", {
    runs: number(answer.runs),
  });
  if (!older) say(base);
  drawCurves("alignment", alignment(base));
  drawCurves("arms", arms(base));
  drawCurves("tiers", tiers(base));
  drawBars("portfolio", portfolio(base));
  drawBars("votes", votes(base));
  drawWhy();
}

let saying = 0;

/** Put the sentence where it is read out, once the hand has come to rest. */
function say(base) {
  const text = sentence(state, described, answer, base, state.preset, about.base);
  clearTimeout(saying);
  const node = find("sentence");
  if (node.textContent === text) return;
  saying = setTimeout(() => {
    node.textContent = text;
  }, node.textContent ? 60 : 0);
}

function years() {
  return Array.from({ length: about.end - about.start + 1 }, (_, n) => about.start + n);
}

/** A line of medians with its bands, and the baseline. */
function fan(measure, colour, base) {
  const own = answer.series[measure];
  return {
    fans: [{ colour, outer: [own.q05, own.q95], inner: [own.q25, own.q75] }],
    lines: [{ colour, values: own.q50, base: base.series[measure].q50, tag: "" }],
  };
}

function alignment(base) {
  const [towards, away] = about.poles.map((code) => t(`pole.${code}`));
  const [low, high] = about.band;
  const measure = "alignment_index";
  return {
    ...fan(measure, COLOURS.USA, base),
    xs: years(),
    year: state.year,
    range: [0, 100],
    ticks: [0, 25, low, high, 75, 100].map((value) => [value, String(value)]),
    unit: t("alignment.unit", { towards, away }),
    zone: { low, high },
    dots: [],
    summary: summary(measure, 1, base, ""),
    rows: () => fanRows(measure, 1, 1, base, t("alignment.unit", { towards, away })),
    legend: [
      { kind: "fan", colour: COLOURS.USA, text: t("legend.fan") },
      { kind: "dash", colour: BASE, text: t("legend.base") },
      { kind: "zone", text: t("legend.zone", { low, high }) },
    ],
  };
}

function arms(base) {
  const measure = `arms_${state.arms}:RUS`;
  const dots = state.arms === "stock" ? about.facts.map((fact) => ({ ...fact, at: fact.year ?? UNDATED })) : [];
  return {
    ...fan(measure, COLOURS.RUS, base),
    xs: years(),
    year: state.year,
    range: [0, 1.02],
    ticks: [0, 0.25, 0.5, 0.75, 1].map((value) => [value, percent(value)]),
    unit: t("arms.unit"),
    zone: null,
    dots,
    summary: summary(measure, 100, base, " %"),
    rows: () => fanRows(measure, 100, 1, base, t("arms.percent")),
    legend: [
      { kind: "fan", colour: COLOURS.RUS, text: t("legend.fan") },
      { kind: "dash", colour: BASE, text: t("legend.base") },
      ...(dots.length ? [{ kind: "dot", text: t("legend.fact") }, { kind: "hollow", text: t("legend.undated") }] : []),
    ],
  };
}

function tiers(base) {
  const mean = (from, code) => from.series[`tier:${code}`].mean;
  return {
    fans: [],
    lines: LADDER.map((code) => ({
      colour: COLOURS[code],
      values: mean(answer, code),
      base: mean(base, code),
      tag: t(`short.${code}`),
    })),
    xs: years(),
    year: state.year,
    range: [0, 4.1],
    ticks: about.rungs.map((rung, n) => [n, name("rung", rung)]),
    unit: t("tiers.unit"),
    zone: null,
    dots: [],
    summary: LADDER.map((code) =>
      t("tiers.summary", {
        who: t(`partner.${code}`),
        year: state.year,
        value: number(mean(answer, code)[at()], 2),
        base: number(mean(base, code)[at()], 2),
      }),
    ).join(" "),
    rows: () => ({
      caption: t("tiers.caption", { lowest: name("rung", about.rungs[0]), highest: name("rung", about.rungs.at(-1)) }),
      columns: [t("year"), ...answer.partners.map((code) => t(`partner.${code}`))],
      cells: years().map((year, n) => [
        String(year),
        ...answer.partners.map((code) => number(mean(answer, code)[n], 2)),
      ]),
    }),
    legend: [
      ...LADDER.map((code) => ({ kind: "line", colour: COLOURS[code], text: t(`partner.${code}`) })),
      { kind: "dash", colour: BASE, text: t("legend.bases") },
    ],
  };
}

function portfolio(base) {
  const n = at();
  const own = (code) => answer.series[`alignment:${code}`];
  const rows = [...answer.partners]
    .sort((a, b) => base.series[`alignment:${b}`].mean[n] - base.series[`alignment:${a}`].mean[n])
    .map((code) => ({
      name: t(`partner.${code}`),
      value: own(code).mean[n],
      low: own(code).q05[n],
      high: own(code).q95[n],
      base: base.series[`alignment:${code}`].mean[n],
      text: number(own(code).mean[n], 2),
    }));
  return {
    names: 134,
    range: [0, 3.5],
    ticks: [0, 1, 2, 3].map((value) => [value, number(value)]),
    unit: t("portfolio.unit", { year: state.year }),
    rows,
    rowsOf: () => ({
      caption: t("portfolio.unit", { year: state.year }),
      columns: [t("partner"), t("column.mean"), t("column.low"), t("column.high"), t("column.base")],
      cells: rows.map((row) => [row.name, ...[row.value, row.low, row.high, row.base].map((v) => number(v, 2))]),
    }),
    legend: [
      { kind: "bar", colour: "#0072b2", text: t("legend.mean") },
      { kind: "line", colour: "#000000", text: t("legend.ninety") },
      { kind: "dash", colour: BASE, text: t("legend.base") },
    ],
  };
}

function votes(base) {
  const share = (from, name, option) => {
    const found = from.choices.find((choice) => choice.question === name);
    return found?.shares[option] ?? null;
  };
  const rows = [];
  for (const choice of answer.choices.filter(({ kind }) => kind === "vote")) {
    rows.push({ head: t("votes.head", { what: name("question", choice.question), year: choice.year }) });
    for (const [option, value] of Object.entries(choice.shares)) {
      rows.push({
        name: name("option", option),
        value,
        base: share(base, choice.question, option),
        text: percent(value),
        colour: { for: "#0072b2", against: "#d55e00" }[option] || "#6b6b6b",
      });
    }
  }
  return {
    names: 84,
    range: [0, 1],
    ticks: [0, 0.25, 0.5, 0.75, 1].map((value) => [value, percent(value)]),
    unit: t("votes.unit"),
    rows,
    empty: t("votes.none"),
    rowsOf: () => ({
      caption: t("votes.caption"),
      columns: [t("votes.question"), t("year"), t("votes.option"), t("column.share"), t("column.base")],
      cells: answer.choices.flatMap((choice) =>
        Object.entries(choice.shares).map(([option, value]) => [
          name("question", choice.question),
          String(choice.year),
          name("option", option),
          percent(value),
          share(base, choice.question, option) === null ? t("none") : percent(share(base, choice.question, option)),
        ]),
      ),
    }),
    legend: [
      { kind: "bar", colour: "#6b6b6b", text: t("legend.share") },
      { kind: "dash", colour: BASE, text: t("legend.base") },
    ],
  };
}

const name = (kind, id) => (has(`${kind}.${id}`) ? t(`${kind}.${id}`) : id);

function summary(measure, factor, base, unit) {
  const values = Object.fromEntries(
    ["q50", "q05", "q95"].map((level) => [level, number(factor * answer.series[measure][level][at()]) + unit]),
  );
  return t("fan.summary", {
    what: t(`measure.${measure}`),
    year: state.year,
    ...values,
    base: number(factor * base.series[measure].q50[at()]) + unit,
  });
}

function fanRows(measure, factor, digits, base, unit) {
  const own = answer.series[measure];
  const levels = ["q05", "q25", "q50", "q75", "q95"];
  const text = (value) => number(value === null ? null : factor * value, digits);
  return {
    caption: `${t(`measure.${measure}`)} · ${unit}`,
    columns: [t("year"), ...levels.map((level) => t(`column.${level}`)), t("column.base")],
    cells: years().map((year, n) => [
      String(year),
      ...levels.map((level) => text(own[level][n])),
      text(base.series[measure].q50[n]),
    ]),
  };
}

function drawCurves(id, spec) {
  const parts = charts[id];
  parts.chart ??= new Chart(parts.plot, (year) => move("year", null, year));
  parts.spec = spec;
  parts.chart.show(spec, spec.summary);
  parts.legend.replaceChildren(legend(spec.legend));
  table(parts.table, parts.title, spec.rows);
}

function drawBars(id, spec) {
  const parts = charts[id];
  parts.spec = spec;
  const size = 0.8125 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (spec.rows.length) {
    const picture = bars(spec, Math.max(parts.plot.clientWidth, 240), size);
    const said = spec.rows.filter((row) => !row.head).map((row) => `${row.name} ${row.text}`);
    picture.setAttribute("aria-label", [spec.unit, ...said].join(". "));
    parts.plot.replaceChildren(picture);
  } else {
    parts.plot.replaceChildren(make("p", { text: spec.empty }));
  }
  parts.legend.replaceChildren(...(spec.rows.length ? [legend(spec.legend)] : []));
  table(parts.table, parts.title, spec.rowsOf);
}

function drawWhy() {
  const parts = charts.why;
  parts.open.setAttribute("aria-expanded", String(state.why));
  parts.body.hidden = !state.why;
  if (!state.why || reasons === null || reasons.year !== state.year) return;
  const { returns } = reasons.terms;
  parts.note.textContent = t("why.note", {
    year: reasons.year,
    runs: reasons.runs,
    returns: number(returns?.mean ?? 0, 1),
    base: number(returns?.base ?? 0, 1),
  });
  drawBars("why", {
    ...why.spec(reasons),
    empty: t("none"),
    rowsOf: () => ({
      caption: t("why.caption", { year: reasons.year }),
      columns: [t("why.term"), t("column.mean"), t("column.half"), t("column.base"), t("why.meaning")],
      cells: why.rows(reasons).map((row) => [
        t(`term.${row.name}`),
        ...[row.mean, row.half, row.base].map((value) => number(value, 2)),
        t(`meaning.${row.name}`),
      ]),
    }),
    legend: [
      { kind: "bar", colour: "#0072b2", text: t("why.gain") },
      { kind: "bar", colour: "#d55e00", text: t("why.loss") },
      { kind: "dash", colour: BASE, text: t("legend.base") },
    ],
  });
}

/* ---- the parts of the page ---- */

function build() {
  find("charts").replaceChildren(...FIGURES.map(figure));
  const year = find("year");
  year.min = about.start;
  year.max = about.end;
  header(async (language) => {
    state.lang = language;
    await speak(language);
    everything();
  });
  const select = find("preset");
  const groups = [...new Set(about.presets.map((preset) => preset.group))];
  select.replaceChildren(
    ...groups.map((group) => {
      const presets = about.presets.filter((preset) => preset.group === group);
      const options = presets.map((preset) => make("option", { value: preset.name, text: t(`preset.${preset.name}`) }));
      return make("optgroup", { label: t(`group.${group}`) }, ...options);
    }),
  );
}

function figure(id) {
  const plot = make("div", { class: ["portfolio", "votes", "why"].includes(id) ? "plot free" : "plot" });
  const details = make("details", {}, make("summary", { text: t("table") }));
  const parts = { plot, table: details, legend: make("div"), title: t(`${id}.title`) };
  charts[id] = parts;
  const title = make("h2", { id: `title-${id}`, text: t(`${id}.title`) });
  const label = t("save.of", { what: t(`${id}.title`) });
  const button = make("button", { type: "button", class: "small", text: t("save"), "aria-label": label });
  button.addEventListener("click", () => keep(id));
  const caption = make("figcaption", {}, title, button);
  const made = make("figure", { id: `figure-${id}`, "aria-labelledby": `title-${id}` }, caption);
  if (id === "arms") made.append(armsChoice());
  if (id === "why") {
    parts.open = make("button", { type: "button", id: "why", text: t("why.open"), "aria-controls": "why-body" });
    parts.open.addEventListener("click", () => move("why", null, !state.why));
    parts.note = make("p", { class: "quiet" });
    parts.body = make("div", { id: "why-body" }, parts.note, plot, parts.legend, details);
    made.append(make("p", { class: "quiet", text: t("why.intro") }), parts.open, parts.body);
  } else {
    made.append(plot, parts.legend, details);
  }
  return made;
}

function armsChoice() {
  const set = make("fieldset", { class: "choose" }, make("legend", { class: "hidden", text: t("arms.choose") }));
  for (const kind of ["stock", "deliveries", "orders"]) {
    const input = make("input", { type: "radio", name: "arms", id: `arms-${kind}`, value: kind });
    input.checked = state.arms === kind;
    input.addEventListener("change", () => move("arms", null, kind));
    set.append(make("label", { for: input.id }, input, t(`arms.${kind}`)));
  }
  return set;
}

/** Offer a chart as an SVG file. */
function keep(id) {
  const { spec } = charts[id];
  if (!spec || !(spec.rows?.length || spec.xs)) return;
  const [picture, height] = spec.xs ? curves(spec) : barsPicture(spec);
  const title = `${t(`${id}.title`)} · ${t(`preset.${state.preset}`)}`;
  const footer = [
    t("save.footer", { runs: number(answer.runs), seed: answer.seed, year: state.year }),
    new URL(`/?${written(state, about.base)}`, location.origin).href.slice(0, 150),
  ];
  save(file(title, picture, height, spec.legend, footer), `${state.preset}-${id}.svg`, "image/svg+xml");
}

/** Draw all anew, as after a change of language. */
function everything() {
  fill(document);
  for (const id of FIGURES) delete charts[id];
  build();
  controls(find("levers"), described, move, reset);

  show();
  drawAll();
  keepAddress();
}

/** Bring controls into line with the state. */
function show() {
  document.title = `${t(`preset.${state.preset}`)} · ${t("brand")}`;
  find("preset").value = state.preset;
  const preset = about.presets.find(({ name: id }) => id === state.preset);
  const key = `description.${state.preset}`;
  find("description").textContent = has(key) ? t(key) : preset.description;
  find("year").value = String(state.year);
  find("year-value").textContent = String(state.year);
  for (const kind of ["stock", "deliveries", "orders"]) find(`arms-${kind}`).checked = state.arms === kind;
  place(described, state);
  const query = question(state, about.base);
  find("toml").href = address("/api/scenario.toml", query);
  find("csv").href = address("/api/table.csv", query);
  find("command").replaceChildren(
    t("take.command"),
    " ",
    make("code", { text: `hedgerow run ${state.preset}-classroom.toml` }),
  );
}

/* ---- the state and its address ---- */

let written_ = 0;

function keepAddress(push = false) {
  const to = `?${written(state, about.base)}`;
  clearTimeout(written_);
  if (push) history.pushState(null, "", to);
  else written_ = setTimeout(() => history.replaceState(null, "", to), 150);
}

/** Change one thing of the state. */
async function move(kind, id, value) {
  if (kind === "levers") {
    const { default: untouched } = described.levers.find((lever) => lever.id === id);
    if (value === untouched) delete state.levers[id];
    else state.levers[id] = value;
  } else if (kind === "switches") {
    if (value === described.switches.find((entry) => entry.id === id).on) delete state.switches[id];
    else state.switches[id] = value;
    if (id === "war") await describe();
  } else {
    state[kind] = value;
  }
  show();
  keepAddress();
  if (kind === "levers" || kind === "switches") {
    refresh();
  } else {
    drawAll();
    if (state.why) explain();
  }
}

async function reset() {
  const before = state.switches.war;
  state.levers = {};
  state.switches = {};
  if (before !== undefined) await describe();
  show();
  keepAddress(true);
  refresh();
  find("reset").focus();
}

/** Fetch where levers and switches of the preset stand, and draw them. */
async function describe() {
  begin();
  const query = { preset: state.preset };
  if (state.switches.war !== undefined) query.war = state.switches.war ? "1" : "0";
  described = await askPatiently("/api/levers", query);
  const focus = document.activeElement?.id;
  controls(find("levers"), described, move, reset);
  state = fit(state, described);
  if (focus) find(focus)?.focus();
}

async function choose() {
  state = { ...state, preset: find("preset").value, levers: {}, switches: {} };
  await describe();
  show();
  keepAddress(true);
  refresh();
}

async function copy() {
  const link = new URL(`?${written(state, about.base)}`, location.href).href;
  let key = "take.copied";
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    key = "take.here"; // no clipboard without https: the address bar has it
  }
  find("taken").textContent = t(key);
}

async function start() {
  const asked = new URLSearchParams(location.search).get("lang");
  await speak(wanted(asked));
  try {
    about = await askPatiently("/api/presets");
    state = { ...read(location.search, about), lang: spoken() };
    await describe();
  } catch (error) {
    failed(error);
    return;
  }
  find("main").hidden = false;
  build();
  show();
  find("preset").addEventListener("change", choose);
  find("year").addEventListener("input", () => move("year", null, Number(find("year").value)));
  find("link").addEventListener("click", copy);
  window.addEventListener("popstate", async () => {
    state = { ...read(location.search, about), lang: spoken() };
    await describe();
    show();
    refresh();
  });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    drawAll();
  });
  await refresh();
}

start();
