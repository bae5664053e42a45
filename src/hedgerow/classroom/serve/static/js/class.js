// The class: the paths of all groups side by side, for the projector.
import { Refusal, askPatiently } from "./api.js";
import { swatch } from "./charts.js";
import { draw, find, make, save } from "./dom.js";
import { header } from "./header.js";
import { speak, spoken, t, wanted } from "./i18n.js";
import { picture, show, tens } from "./path.js";
import { figure, learn, say, text } from "./telling.js";

const EVERY = 4000; // milliseconds between two looks at the board
const COLOURS = ["#d55e00", "#0072b2", "#00785a", "#aa3377", "#8a6d00", "#222222", "#56628a"];
const DASHES = ["", "9 4", "3 3", "12 3 3 3"];

let board = { groups: [], most: 0, teacher: false };
let seen = "";
let shown = ""; // games that are compared
const fans = {};

const page = (key, values = {}) => say({ key: `page.${key}`, values });
/** What games must share to stand in one picture. */
const kind = (group) => [group.scenario, group.country, group.first, group.last, group.world].join(" ");
const look = (n) => ({ colour: COLOURS[n % COLOURS.length], dash: DASHES[Math.floor(n / COLOURS.length) % DASHES.length] });

async function refresh(always = false) {
  try {
    board = await askPatiently("/api/class", {});
    find("trouble").hidden = true;
  } catch (error) {
    if (!(error instanceof Refusal)) trouble();
    return;
  }
  const now = JSON.stringify(board);
  if (now === seen && !always) return;
  seen = now;
  await redraw();
}

function trouble() {
  find("trouble").textContent = page("away");
  find("trouble").hidden = false;
}

async function redraw() {
  const { groups } = board;
  find("none").hidden = groups.length > 0;
  find("filled").hidden = groups.length === 0;
  const count = groups.length ? page("class.count", { count: groups.length }) : "";
  if (find("count").textContent !== count) find("count").textContent = count;
  if (!groups.length) return;
  kinds();
  const mine = groups.filter((group) => kind(group) === shown);
  const { code } = mine[0];
  if (!(shown in fans)) fans[shown] = await askPatiently("/api/play/bamboo", { game: code }).catch(() => null);
  show(find("paths"), spec(mine));
  const entry = (kind_, colour, words) => make("li", {}, swatch(kind_, colour), words);
  find("paths-legend").replaceChildren(
    ...(fans[shown] ? [entry("fan", "#14532d", page("fan", { runs: String(fans[shown].runs) }))] : []),
    entry("bar", "#e9e9e9", page("zone", { low: mine[0].band[0], high: mine[0].band[1] })),
  );
  rows(mine);
}

/** The choice of what to compare: games of the same world, the most played first. */
function kinds() {
  const found = new Map();
  for (const group of board.groups) found.set(kind(group), [...(found.get(kind(group)) ?? []), group]);
  const ranked = [...found].sort(([, a], [, b]) => b.length - a.length);
  if (!found.has(shown)) [[shown]] = ranked;
  find("which").replaceChildren(
    ...ranked.map(([name, [group, ...others]]) => {
      const scenario = group.scenario === "asean" ? page("asean") : t(`preset.${group.scenario}`);
      const values = { scenario, country: `name.${group.country}`, first: String(group.first), last: String(group.last) };
      const words = page("class.group", { ...values, world: String(group.world), count: String(1 + others.length) });
      return make("option", { value: name, text: words });
    }),
  );
  find("which").value = shown;
}

function spec(mine) {
  const fan = fans[shown];
  const bamboo = fan?.alignment_index;
  const xs = fan?.years ?? mine.reduce((longest, { years }) => (years.length > longest.length ? years : longest), []);
  const groups = mine.map(({ nickname, index }) => `${nickname} ${figure(index.at(-1), "1")}`).join(", ");
  return {
    xs,
    range: tens([...mine.flatMap(({ index }) => index), ...(bamboo ? [...bamboo["0.05"], ...bamboo["0.95"]] : [])]),
    unit: page("index.unit.short"),
    label: page("class.label", { groups }),
    zone: mine[0].band,
    fan: bamboo && { outer: [bamboo["0.05"], bamboo["0.95"]], inner: [bamboo["0.25"], bamboo["0.75"]] },
    lines: mine.map(({ nickname, years, index }, n) => ({ xs: years, values: index, tag: nickname, ...look(n) })),
  };
}

function rows(mine) {
  const names = ["line", "nickname", "year", "end", "inside", "payoff", "tested", "game"];
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col", text: page(`class.${name}`) })));
  const body = mine.map((group, n) => {
    const { colour, dash } = look(n);
    const mark = draw("svg", { viewBox: "0 0 40 12", "aria-hidden": "true" });
    mark.append(draw("path", { d: "M0 6H40", stroke: colour, "stroke-width": 3, "stroke-dasharray": dash || null }));
    const link = make("a", { href: `/play?game=${group.code}&lang=${spoken()}`, text: page("class.open"), "aria-label": `${page("class.open")} ${group.nickname}` });
    const last = make("td", {}, link);
    if (board.teacher) {
      const label = page("class.remove", { nickname: group.nickname });
      last.append(" ", make("button", { type: "button", class: "small", text: "×", "aria-label": label, click: () => remove(group.nickname) }));
    }
    return make(
      "tr",
      {},
      make("td", {}, mark),
      make("th", { scope: "row", text: group.nickname }),
      make("td", { text: String(group.years.at(-1)) }),
      make("td", { text: figure(group.index.at(-1), "1") }),
      make("td", { text: `${group.inside} / ${group.years.length}` }),
      make("td", { text: figure(group.payoff, "1") }),
      make("td", { text: String(group.tested) }),
      last,
    );
  });
  find("groups").replaceChildren(make("thead", {}, head), make("tbody", {}, ...body));
}

async function remove(nickname) {
  await fetch("/api/class", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ remove: nickname }),
  });
  await refresh();
}

/** Quote a cell; one that a spreadsheet would run gets an apostrophe. */
function cell(value) {
  const words = String(value ?? "");
  const safe = /^[=+\-@]/.test(words) && Number.isNaN(Number(words)) ? `'${words}` : words;
  return `"${safe.replaceAll('"', '""')}"`;
}

function csv() {
  const lines = [["nickname", "scenario", "country", "world", "year", "alignment_index", "game"]];
  for (const group of board.groups) {
    group.years.forEach((year, n) => {
      lines.push([group.nickname, group.scenario, group.country, group.world, year, group.index[n], group.code]);
    });
  }
  return `${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

function svg() {
  const drawn = picture(spec(board.groups.filter((group) => kind(group) === shown)), 1100);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawn)}\n`;
}

async function language(name) {
  await Promise.all([speak(name), learn(name)]);
  header(async (chosen) => {
    await language(chosen);
    history.replaceState(null, "", `?lang=${chosen}`);
    if (board.groups.length) await redraw();
  });
  for (const node of document.querySelectorAll("[data-p]")) node.textContent = text(node.dataset.p);
  document.title = `${page("class")} · Hedgerow`;
}

async function main() {
  await language(wanted(new URLSearchParams(location.search).get("lang")));
  find("main").hidden = false;
  find("which").addEventListener("change", () => {
    shown = find("which").value;
    redraw();
  });
  find("save-json").addEventListener("click", () => save(JSON.stringify(board.groups, null, 1), "class.json", "application/json"));
  find("save-csv").addEventListener("click", () => save(csv(), "class.csv", "text/csv"));
  find("save-svg").addEventListener("click", () => save(svg(), "class.svg", "image/svg+xml"));
  await refresh(true);
  setInterval(() => {
    if (find("follow").checked && !document.hidden) refresh();
  }, EVERY);
}

main().catch(trouble);
