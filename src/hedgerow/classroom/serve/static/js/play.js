// Play a country: the address holds the code of the game, and the code holds everything.
import { Refusal, ask, askPatiently } from "./api.js";
import { swatch } from "./charts.js";
import { find, make } from "./dom.js";
import { header } from "./header.js";
import { speak, spoken, t, wanted } from "./i18n.js";
import { show, tens } from "./path.js";
import { table } from "./tables.js";
import { figure, learn, meet, say, text, ui } from "./telling.js";

const YOU = "#d55e00";
const MODEL = "#0072b2";
const SMALL = 0.002; // answers of powers below it are left out
const SPANS = [[2014, 2024], [2014, 2035], [1996, 2014], [1996, 2035]];

let choices; // what can be played
let told = null; // the year, or the debrief
let busy = false;

const page = (key, values = {}) => say({ key: `page.${key}`, values });
const query = () => new URLSearchParams(location.search);
const upper = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const items = (list, lines) => list.replaceChildren(...lines.map((line) => make("li", { text: line })));

/* ---- one state after another ---- */

async function open(code, focus) {
  if (!code) return begin();
  return work(async () => {
    await take(await askPatiently("/api/play/year", { game: code }), focus);
  });
}

/** Show what the server told of a game. */
async function take(answer, focus) {
  told = answer;
  if (told.over) told = await askPatiently("/api/play/debrief", { game: told.code });
  meet(told.names);
  draw();
  if (focus) find(told.over ? "debrief-title" : "year-title").focus();
}

/** Do something that takes a moment; what goes wrong is said. */
async function work(task) {
  if (busy) return;
  busy = true;
  find("trouble").hidden = true;
  find("said").textContent = page("wait");
  for (const button of document.querySelectorAll("button.main")) button.setAttribute("aria-disabled", "true");
  try {
    await task();
  } catch (error) {
    const message = error instanceof Refusal ? error.message : null;
    find("trouble").textContent = message ? page("trouble", { message }) : page("away");
    find("trouble").hidden = false;
    if (told === null) begin();
  } finally {
    busy = false;
    find("said").textContent = "";
    for (const button of document.querySelectorAll("button.main")) button.removeAttribute("aria-disabled");
  }
}

/** Put a game into the address, as a step that can be gone back. */
function keep(code, push = true) {
  const now = query();
  if (code) now.set("game", code);
  else now.delete("game");
  now.set("lang", spoken());
  history[push ? "pushState" : "replaceState"](null, "", `?${now}`);
}

function sections(...shown) {
  for (const id of ["begin", "year", "debrief", "share"]) find(id).hidden = !shown.includes(id);
}

/* ---- the beginning ---- */

function begin() {
  told = null;
  sections("begin");
  document.title = `${page("title")} · Hedgerow`;
  const scenario = find("scenario");
  const chosen = scenario.value;
  scenario.replaceChildren(
    ...choices.scenarios.map(({ name }) =>
      make("option", { value: name, text: name === "asean" ? page("asean") : t(`preset.${name}`) }),
    ),
  );
  scenario.value = chosen || choices.scenarios[0].name;
  countries();
}

function countries() {
  const about = choices.scenarios.find(({ name }) => name === find("scenario").value);
  const select = find("country");
  const chosen = select.value;
  select.replaceChildren(
    ...Object.keys(about.countries).map((code) => make("option", { value: code, text: upper(text(`name.${code}`)) })),
  );
  if (chosen in about.countries) select.value = chosen;
  const before = document.querySelector("input[name=span]:checked")?.value ?? "0";
  find("spans").replaceChildren(
    ...SPANS.map(([first, last], n) =>
      make(
        "label",
        {},
        make("input", { type: "radio", name: "span", value: n, checked: String(n) === before }),
        page("span", { first, last, count: last - first + 1 }),
      ),
    ),
  );
}

async function start() {
  const [from, until] = SPANS[document.querySelector("input[name=span]:checked").value];
  const asked = { scenario: find("scenario").value, country: find("country").value };
  const world = String(Number.parseInt(find("world").value, 10) || 0);
  await work(async () => {
    const game = await ask("/api/play/start", { ...asked, from, until, world });
    keep(game.code);
    await take(await askPatiently("/api/play/year", { game: game.code }), true);
  });
}

/* ---- a year ---- */

function draw() {
  if (told.over) return debrief();
  sections("year", ...(told.year > told.first ? ["share"] : []));
  const title = page("year", { country: `name.${told.country}`, year: String(told.year) });
  find("year-title").textContent = title;
  document.title = `${title} · Hedgerow`;
  const all = told.last - told.first + 1;
  const n = told.year - told.first + 1;
  Object.assign(find("progress"), { max: all, value: n - 1 });
  find("progress").setAttribute("aria-label", page("progress", { n, all }));
  find("briefing").replaceChildren(
    ...told.briefing.sections.map(({ name, messages }) =>
      make(
        "section",
        { class: name },
        make("h2", { text: text(`ui.section.${name}`) }),
        make("ul", {}, ...messages.map((message) => make("li", { text: say(message) }))),
      ),
    ),
  );
  find("questions").replaceChildren(...told.hand.questions.map(question));
  const left = { pick: "m", title: { key: "page.model.card" }, purposes: [], forbidden: [], direction: 0 };
  find("hand").replaceChildren(find("hand-legend"), ...told.hand.cards.map(card), card(left, "m"));
  find("other").open = false;
  moves();
  find("status").textContent = page("now", { year: String(told.year), index: told.briefing.index ?? "" });
}

function question(asked, place) {
  const name = `question-${place}`;
  const rows = asked.options.map((option, n) => {
    const effects = option.changes.map(([instrument, partner, by]) =>
      ui("change", { instrument: `instrument.${instrument}`, partner: `name.${partner}`, by }),
    );
    const felt = ([partner, by]) => ui(by > 0 ? "reward" : "slight", { partner: `name.${partner}` });
    effects.push(...option.rewards.map(felt));
    if (option.closed) effects.push(text("ui.closed"));
    const lines = [upper(effects.join("; ") || text("ui.no_change"))];
    lines.push(`${upper(worth(option.value))}; ${ui("chance.answer", { chance: option.chance })}`);
    return choice(name, String(n), say(option.title), "", lines, terms(option.by_term), false);
  });
  rows.push(choice(name, "_", upper(text("ui.leave")), "", [], null, true));
  const legend = `${say(asked.title)} (${ui("quarter", { quarter: asked.quarter })})`;
  return make("fieldset", { class: "question" }, make("legend", { text: legend }), ...rows);
}

function card(told_, place) {
  const lines = [];
  if (told_.forbidden.length) {
    const reasons = told_.forbidden.map((reason) => reason.replace(" ", "."));
    lines.push(upper(ui("forbidden", { reasons })));
  }
  if (told_.direction) {
    if (!told_.forbidden.length) lines.push(upper(ui("steps", { steps: told_.steps })));
    const [tie, index] = ["tie", "index"].map((name) =>
      ui(name, { before: told_[name][0], after: told_[name][1] }),
    );
    lines.push(upper(`${tie}; ${index}`));
    lines.push(upper(worth(told_.value)));
    if (!told_.forbidden.length) lines.push(upper(ui("chance", { chance: told_.chance })));
    lines.push(`${text("ui.replies")}: ${replies(told_)}`);
  } else if (told_.chance !== undefined) {
    lines.push(upper(ui("chance", { chance: told_.chance })));
  }
  const purpose = told_.purposes.map((one) => say(one).replace(/^./, (c) => c.toLowerCase())).join(", ");
  const detail = told_.by_term ? terms(told_.by_term) : null;
  const node = choice("card", told_.pick, say(told_.title), purpose, lines, detail, false, place);
  node.classList.toggle("forbidden", told_.forbidden.length > 0);
  return node;
}

/** Return a radio button with what it means. */
function choice(name, value, title, purpose, lines, detail, checked, place = "") {
  const id = `${name}-${place}-${value}`;
  const about = lines.length ? `${id}-about` : null;
  const input = make("input", { type: "radio", name, value, id, checked, "aria-describedby": about });
  const label = make("label", { for: id }, title, purpose ? make("span", { text: ` (${purpose})` }) : "");
  const list = lines.length ? make("ul", { id: about }, ...lines.map((line) => make("li", { text: line }))) : null;
  return make("div", { class: "card" }, input, label, list, detail);
}

const worth = (value) => ui("value", { value });

function terms(byTerm) {
  const ranked = Object.entries(byTerm).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const lines = ranked
    .filter(([, value]) => Math.abs(value) >= 0.005)
    .map(([term, value]) => make("li", { text: `${text(`term.${term}`)} ${figure(value, "+2")}` }));
  if (!lines.length) return null;
  return make("details", {}, make("summary", { text: page("terms") }), make("ul", {}, ...lines));
}

function replies({ replies: all }) {
  const words = [];
  for (const { power, pressure, inducement } of all) {
    if (Math.abs(pressure) >= SMALL) words.push(ui("reply.pressure", { power: `name.${power}`, pressure }));
    if (Math.abs(inducement) >= SMALL) words.push(ui("reply.offers", { power: `name.${power}`, inducement }));
  }
  return words.join("; ") || text("ui.reply.none");
}

function moves() {
  const option = (value, shown) => make("option", { value, text: shown });
  const partners = Object.keys(told.names)
    .filter((key) => key.startsWith("name."))
    .map((key) => key.slice(5))
    .filter((code) => choices.partners.includes(code) && code !== told.country);
  find("direction").replaceChildren(option("1", page("deepen")), option("-1", page("loosen")));
  find("instrument").replaceChildren(...choices.instruments.map((k) => option(k, text(`instrument.${k}`))));
  find("partner").replaceChildren(...partners.map((p) => option(p, text(`name.${p}`))));
}

/** Deal one more card: any move of the menu. */
async function another() {
  const [direction, instrument, partner] = ["direction", "instrument", "partner"].map((id) => find(id).value);
  await work(async () => {
    const asked = { game: told.code, direction, instrument, partner };
    const dealt = card(await askPatiently("/api/play/move", asked), "own");
    find("hand").querySelector(".own")?.remove();
    dealt.classList.add("own");
    find("hand").append(dealt);
    const input = dealt.querySelector("input");
    input.checked = true;
    input.focus();
  });
}

async function decide() {
  const picked = document.querySelector("input[name=card]:checked");
  if (!picked) {
    find("said").textContent = page("choose");
    find("status").textContent = page("choose");
    document.querySelector("input[name=card]").focus();
    return;
  }
  const answers = told.hand.questions.map(
    (_, n) => document.querySelector(`input[name=question-${n}]:checked`).value,
  );
  const said = answers.some((answer) => answer !== "_") ? `-${answers.join("")}` : "";
  await work(async () => {
    const then = await askPatiently("/api/play/pick", { game: told.code, pick: picked.value + said });
    keep(then.code);
    await take(then, true);
    scrollTo(0, 0);
  });
}

/* ---- the debrief ---- */

function debrief() {
  sections("debrief", "share");
  const title = `${text("ui.debrief")}: ${ui("sheet", { country: `name.${told.country}`, first: String(told.first), last: String(told.last) })}`;
  find("debrief-title").textContent = title;
  document.title = `${title} · Hedgerow`;
  const world = { scenario: told.scenario, seed: String(Number.parseInt(told.code.split("~")[5], 36)), replicate: String(told.world) };
  find("debrief-world").textContent = say({ key: "ui.world", values: world });
  items(find("summary"), told.summary.map(say));
  paths();
  termTable();
  termYears();
  const rules = told.rules.flatMap(({ name, tested, bound }) => {
    const rule = name.replace(" ", ".");
    const lines = [];
    if (tested.length) lines.push(upper(ui("rule.tested", { rule, years: tested.join(", ") })));
    if (bound.length) lines.push(upper(ui("rule.bound", { rule, count: bound.length, years: told.years.length })));
    return lines;
  });
  items(find("rules"), rules.length ? rules : [text("ui.rules.none")]);
  find("story").replaceChildren(
    ...told.story.map(({ year, did, happened }) =>
      make("li", {}, make("strong", { text: `${year}: ` }), [...did, ...happened].map(say).join(" ")),
    ),
  );
  find("write").replaceChildren(
    ...told.questions.map((message, n) =>
      make("li", {}, make("label", { for: `answer-${n}`, text: say(message) }), make("textarea", { id: `answer-${n}` })),
    ),
  );
  find("codetext").textContent = told.code;
  find("anew").href = `/play?lang=${spoken()}`;
  find("status").textContent = say(told.summary[0]);
}

function paths() {
  const { alignment_index: index } = told.paths;
  const poles = told.summary[0].values;
  const label = page("chart.label", {
    from: index.you[0] ?? "",
    to: index.you.at(-1) ?? "",
    own: index.model.at(-1) ?? "",
    low: index.bamboo["0.05"].at(-1) ?? "",
    high: index.bamboo["0.95"].at(-1) ?? "",
  });
  const narrow = find("debrief").clientWidth < 560;
  const unit = narrow ? page("index.unit.short") : page("index.unit", { first: poles.first, second: poles.second });
  one("index", index, 1, { zone: told.band, unit, label });
  const entry = (kind, colour, words) => make("li", {}, swatch(kind, colour), words);
  find("index-legend").replaceChildren(
    entry("line", YOU, text("ui.you")),
    entry("dash", MODEL, text("ui.own")),
    entry("fan", "#14532d", page("fan", { runs: String(told.runs) })),
    entry("bar", "#e9e9e9", page("zone", { low: told.band[0], high: told.band[1] })),
  );
  const arms = told.paths[`arms_stock:${told.supplier}`];
  find("arms").closest("figure").hidden = !arms;
  if (arms) {
    const heading = page("arms", { partner: `name.${told.supplier}` });
    find("arms-title").textContent = heading;
    one("arms", arms, 100, { zone: null, unit: page("arms.unit"), label: heading });
  }
}

/** One chart of a measure, with the table behind it. */
function one(id, path, factor, { zone, unit, label }) {
  const times = (row) => row.map((value) => (value === null ? null : factor * value));
  const [you, model] = [times(path.you), times(path.model)];
  const rows = Object.fromEntries(Object.entries(path.bamboo).map(([level, row]) => [level, times(row)]));
  show(find(id), {
    xs: told.years,
    range: tens([...you, ...model, ...rows["0.05"], ...rows["0.95"]]),
    unit,
    label,
    zone,
    fan: { outer: [rows["0.05"], rows["0.95"]], inner: [rows["0.25"], rows["0.75"]] },
    lines: [
      { values: model, colour: MODEL, dash: "7 4", tag: "" },
      { values: you, colour: YOU, mark: true, tag: text("ui.you") },
    ],
  });
  table(find(`${id}-table`), find(`${id}-title`).textContent, () => ({
    caption: unit,
    columns: [
      text("ui.year"),
      text("ui.you"),
      text("ui.own"),
      ...["0.05", "0.5", "0.95"].map((level) => page("bamboo", { share: figure(Number(level), "%") })),
    ],
    cells: told.years.map((year, n) => [
      String(year),
      ...[you, model, rows["0.05"], rows["0.5"], rows["0.95"]].map((row) => figure(row[n], "1")),
    ]),
  }));
}

function termTable() {
  const mean = (split, term) => split.reduce((sum, year) => sum + (year[term] ?? 0), 0) / split.length;
  const names = [...new Set([...told.by_term, ...told.model_by_term].flatMap(Object.keys))];
  const rows = names
    .map((term) => [text(`term.${term}`), mean(told.by_term, term), mean(told.model_by_term, term)])
    .sort((a, b) => Math.abs(b[1] - b[2]) - Math.abs(a[1] - a[2]));
  find("terms-title").textContent = `${text("ui.by_term")} (${text("ui.mean")})`;
  const head = [text("ui.term"), text("ui.you"), text("ui.own"), "±"];
  find("terms").replaceChildren(
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...head.map((words) => make("th", { scope: "col", text: words })))),
      make(
        "tbody",
        {},
        ...rows.map(([name, mine, own]) =>
          make(
            "tr",
            {},
            make("th", { scope: "row", text: name }),
            ...[mine, own, mine - own].map((value) => make("td", { text: figure(value, "+1") })),
          ),
        ),
      ),
    ),
  );
}

function termYears() {
  const names = [...new Set(told.by_term.flatMap(Object.keys))].sort();
  table(find("terms-years"), text("ui.by_term"), () => ({
    caption: text("ui.by_term"),
    columns: [text("ui.year"), ...names.map((term) => text(`term.${term}`))],
    cells: told.years.map((year, n) => [
      String(year),
      ...names.map((term) => figure(told.by_term[n][term] ?? 0, "+1")),
    ]),
  }));
}

/* ---- the class ---- */

async function send() {
  const nickname = find("nickname").value.trim();
  const slot = `hedgerow-key:${nickname.toLowerCase()}`;
  await work(async () => {
    const reply = await fetch("/api/class", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ nickname, game: told.code, key: sessionStorage.getItem(slot) ?? "" }),
    });
    const answer = await reply.json();
    if (!reply.ok) throw new Refusal(reply.status, answer.error ?? {});
    sessionStorage.setItem(slot, answer.key);
    const sent = page("sent", { nickname: answer.nickname });
    find("nickname-note").textContent = sent;
    find("status").textContent = sent;
  });
}

async function copy() {
  let said = page("linked");
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    said = page("linked.not");
  }
  find("link").textContent = said;
  find("status").textContent = said;
}

/* ---- the page ---- */

function fill() {
  for (const node of document.querySelectorAll("[data-p]")) node.textContent = text(node.dataset.p);
  for (const node of document.querySelectorAll("[data-p-label]")) node.setAttribute("aria-label", text(node.dataset.pLabel));
}

async function language(name) {
  await Promise.all([speak(name), learn(name)]);
  header(async (chosen) => {
    await language(chosen);
    keep(query().get("game"), false);
  });
  fill();
  if (choices) told ? draw() : begin();
}

function on(id, kind, task) {
  find(id).addEventListener(kind, (event) => {
    event.preventDefault();
    task(event);
  });
}

async function main() {
  on("start", "submit", start);
  on("again", "submit", () => {
    const given = find("code").value.trim();
    const code = given.includes("game=") ? new URLSearchParams(given.slice(given.indexOf("?"))).get("game") : given;
    keep(code);
    return open(code, true);
  });
  on("decide", "submit", decide);
  on("add", "click", another);
  on("send", "submit", send);
  on("print", "click", () => print());
  on("link", "click", copy);
  find("scenario").addEventListener("change", countries);
  addEventListener("popstate", () => open(query().get("game"), true));
  await language(wanted(query().get("lang")));
  choices = await askPatiently("/api/play", {});
  await open(query().get("game"), false);
  find("main").hidden = false;
  if (told?.over) draw(); // charts need their width
}

main().catch(() => {
  find("main").hidden = false;
  find("trouble").textContent = page("away");
  find("trouble").hidden = false;
});
