// Sliders and switches.
import { find, make } from "./dom.js";
import { explains, hide, paragraphs, show } from "./evidence.js";
import { number, t } from "./i18n.js";

const GROUPS = {
  powers: ["enforcement", "need", "capacity", "closeness", "rivalry"],
  danger: ["threat", "retrenchment"],
  country: ["cross_pressure", "autonomy", "loyalty", "market"],
};
const RULES = ["no_alliance", "no_foreign_base", "no_siding", "no_force"];
const OTHERS = ["war", "foresight"];

const digits = (lever) => (String(lever.step).split(".")[1] || "").length;

/** Return a value of a lever as text, with what it is of the preset's. */
export function shown(lever, value) {
  const text = number(value, digits(lever));
  if (!lever.default || value === lever.default) return text;
  return t("lever.times", { value: text, times: number(value / lever.default, 2) });
}

/** What is told of a lever's number. */
function told(lever, sources) {
  if (lever.path === null) return [make("p", { text: t("lever.idle") })];
  const when = { since: lever.since, until: lever.until };
  const since = number(Math.floor(lever.since)).replace(/\D/g, "");
  const until = lever.until === null ? "" : String(Math.floor(lever.until));
  return [
    make("p", { text: t(`hint.${lever.id}`) }),
    make("p", { text: t(when.until === null ? "lever.since" : "lever.span", { since, until }) }),
    make("p", { text: t(lever.prior ? "lever.prior" : "lever.fixed", { number: lever.number }) }),
    ...paragraphs(sources[lever.source], lever.kind),
  ];
}

/** Draw the form. `change(kind, id, value)` is called on every move, `reset` by its button. */
export function controls(form, described, change, reset) {
  const levers = Object.fromEntries(described.levers.map((lever) => [lever.id, lever]));
  const groups = Object.entries(GROUPS).map(([name, ids]) =>
    make(
      "fieldset",
      {},
      make("legend", { text: t(`levers.${name}`) }),
      ...ids.map((id) => slider(levers[id], described.sources, change)),
    ),
  );
  const switches = Object.fromEntries(described.switches.map((entry) => [entry.id, entry]));
  const sets = { rules: RULES, world: OTHERS };
  for (const [name, ids] of Object.entries(sets)) {
    const rows = ids.map((id) => toggle(switches[id], described.sources, change));
    groups.push(make("fieldset", {}, make("legend", { text: t(`levers.${name}`) }), ...rows));
  }
  const button = make("button", { type: "button", id: "reset", text: t("reset"), click: reset });
  form.replaceChildren(...groups, make("p", { class: "buttons" }, button));
}

function slider(lever, sources, change) {
  const idle = lever.path === null;
  const id = `lever-${lever.id}`;
  const input = make("input", {
    id,
    name: lever.id,
    type: "range",
    min: lever.low,
    max: lever.high,
    step: lever.step,
    value: idle ? lever.low : lever.default,
    disabled: idle,
    input: () => change("levers", lever.id, Number(input.value)),
  });
  const about = () => told(lever, sources);
  // A hand on the slider wants to see the charts; the keyboard's focus shows the source.
  input.addEventListener("focus", () => input.matches(":focus-visible") && show(input, about));
  input.addEventListener("blur", hide);
  const name = make("label", { for: id, text: t(`lever.${lever.id}`) });
  name.addEventListener("mouseenter", () => show(name, about));
  name.addEventListener("mouseleave", hide);
  const label = t("source.of", { what: t(`lever.${lever.id}`) });
  const info = make("button", { type: "button", class: "i", "aria-label": label, text: "i" });
  const mark = make("span", { class: "mark", "aria-hidden": "true" });
  const share = idle ? 0 : (lever.default - lever.low) / (lever.high - lever.low);
  mark.style.left = `calc(${share} * (100% - 1rem) + 0.5rem - 1px)`;
  mark.hidden = idle;
  const track = make("div", { class: "track" }, input, mark);
  const output = make("output", { for: id, id: `${id}-value` });
  const row = make("div", { class: idle ? "lever idle" : "lever" }, name, output);
  row.append(explains(info, about), track);
  return row;
}

function toggle(entry, sources, change) {
  const id = `switch-${entry.id}`;
  const input = make("input", {
    id,
    name: entry.id,
    type: "checkbox",
    change: () => change("switches", entry.id, input.checked),
  });
  const label = t("source.of", { what: t(`switch.${entry.id}`) });
  const info = make("button", { type: "button", class: "i", "aria-label": label, text: "i" });
  const about = () => [
    make("p", { text: t(`hint.${entry.id}`) }),
    ...(entry.source ? paragraphs(sources[entry.source], entry.kind) : []),
  ];
  const text = make("label", { for: id, text: t(`switch.${entry.id}`) });
  return make("div", { class: "switch" }, input, text, explains(info, about));
}

/** Put sliders and switches where the state has them. */
export function place(described, state) {
  for (const lever of described.levers) {
    const input = find(`lever-${lever.id}`);
    const output = find(`lever-${lever.id}-value`);
    const row = input.closest(".lever");
    if (lever.path === null) {
      output.textContent = t("lever.none");
      continue;
    }
    const value = state.levers[lever.id] ?? lever.default;
    if (Number(input.value) !== value) input.value = String(value);
    const text = shown(lever, value);
    output.textContent = text;
    input.setAttribute("aria-valuetext", `${text} ${t(`unit.${lever.unit}`)}`);
    row.classList.toggle("moved", lever.id in state.levers);
  }
  for (const { id, on } of described.switches) {
    find(`switch-${id}`).checked = state.switches[id] ?? on;
  }
}
