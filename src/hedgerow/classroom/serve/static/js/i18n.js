// Texts and numbers in the language of the page.

export const LANGUAGES = ["en", "vi"];
let texts = {};
let language = "en";

/** The language that the address asks for, else the browser's, else English. */
export function wanted(asked) {
  const names = [asked, ...navigator.languages].map((name) => (name || "").slice(0, 2));
  return names.find((name) => LANGUAGES.includes(name)) || "en";
}

/** Load a language and put its texts into the page. */
export async function speak(name) {
  const reply = await fetch(`/static/locales/${name}.json`);
  texts = await reply.json();
  language = name;
  document.documentElement.lang = name;
  fill(document);
}

export const spoken = () => language;

/** Return the text of a key, with `{name}` replaced; the key itself where there is none. */
export function t(key, values = {}) {
  const text = texts[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
}

/** Whether there is a text. */
export const has = (key) => key in texts;

/** Put texts where the page asks for them: `data-t`, and `data-t-label` for names not seen. */
export function fill(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
  }
}

/** Return a number with a fixed number of decimals. */
export function number(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return t("none");
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language, options).format(value).replace("-", "\u2212");
}

/** Return words joined as in a sentence. */
export function list(words) {
  return new Intl.ListFormat(language, { type: "conjunction" }).format(words);
}
