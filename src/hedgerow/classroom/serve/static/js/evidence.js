// Where a number comes from, shown on hover, focus and tap.
import { make } from "./dom.js";
import { t } from "./i18n.js";

let open = null;
let count = 0;

/** Return the paragraphs that tell how a number is known, and the facts behind it. */
export function paragraphs(source, kind) {
  const found = [make("p", { text: t(`kind.${kind}`) })];
  if (source.text) found.push(make("p", { lang: "en", text: source.text }));
  for (const fact of source.facts) found.push(...ofFact(fact));
  return found;
}

/** Return the paragraphs that tell a fact of an article. */
export function ofFact(fact) {
  const place = { title: fact.title, publisher: fact.publisher, published: fact.published };
  const found = [
    make("p", { lang: "en", text: fact.note }),
    make("p", { class: "from", text: t("fact.from", { ...place, line: fact.line, id: fact.id }) }),
  ];
  if (fact.doubt) {
    found.push(make("p", {}, t("fact.doubt"), " ", make("span", { lang: "en", text: fact.doubt })));
  }
  return found;
}

/** Hide what is shown. */
export function hide() {
  if (open === null) return;
  open.box.remove();
  open.by.removeAttribute("aria-describedby");
  if (open.by.matches("button")) open.by.setAttribute("aria-expanded", "false");
  open = null;
}

/** Show paragraphs beside an element. */
export function show(by, content) {
  if (open?.by === by) return;
  hide();
  count += 1;
  const box = make("div", { class: "popover", role: "tooltip", id: `source-${count}` }, ...content());
  document.querySelector("main").append(box);
  place(box, by);
  box.addEventListener("mouseleave", hide);
  by.setAttribute("aria-describedby", box.id);
  if (by.matches("button")) by.setAttribute("aria-expanded", "true");
  open = { by, box };
}

/** Place a box beside an element; that of a slider keeps to the sliders, so that charts stay in sight. */
function place(box, by) {
  const at = by.getBoundingClientRect();
  const column = by.closest(".levers")?.getBoundingClientRect();
  if (column) box.style.maxWidth = `${column.width}px`;
  const end = column ? column.right : document.documentElement.clientWidth - 8;
  const left = Math.max(8, Math.min(at.left, end - box.offsetWidth));
  const chart = document.getElementById("figure-alignment");
  const pinned = chart !== null && getComputedStyle(chart).position === "sticky";
  const free = column && pinned ? Math.max(4, chart.getBoundingClientRect().bottom) : 4;
  const above = at.top - box.offsetHeight - 6;
  const below = at.bottom + 6;
  const fits = below + box.offsetHeight < window.innerHeight;
  const top = fits || above < free ? below : above;
  box.style.left = `${left + window.scrollX}px`;
  box.style.top = `${top + window.scrollY}px`;
}

/** Let a button show its source on hover, focus and tap; Escape or leaving hides it. */
export function explains(button, content) {
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("mouseenter", () => show(button, content));
  button.addEventListener("focus", () => show(button, content));
  button.addEventListener("click", () => show(button, content));
  button.addEventListener("blur", hide);
  button.addEventListener("mouseleave", (event) => {
    if (!open?.box.contains(event.relatedTarget) && document.activeElement !== button) hide();
  });
  return button;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
document.addEventListener("pointerdown", (event) => {
  if (open !== null && !open.box.contains(event.target) && !open.by.contains(event.target)) hide();
});
