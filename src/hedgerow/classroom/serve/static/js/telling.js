// Says messages, a key and values each, as the terminal says them: the same texts, the same numbers.
// Places of a template: {name}, {name:@} keys, {name:2} and {name:+2} decimals, {name:%} {name:%1}.

let templates = {};
let names = {};

/** Load the texts of a language. */
export async function learn(language) {
  const reply = await fetch(`/static/play/${language}.json`);
  templates = await reply.json();
}

/** Take over the names of a scenario, for what the texts do not know. */
export function meet(known) {
  names = known;
}

/** Return the text of a key; of an unknown one, its last part in words. */
export function text(key) {
  return templates[key] ?? names[key] ?? key.split(".").at(-1).replaceAll("_", " ");
}

/** Return a message as a text. */
export function say({ key, values = {}, head = "" }) {
  const template = templates[key];
  if (template === undefined) return text(key);
  const filled = fill(template, values);
  const said = filled.charAt(0).toUpperCase() + filled.slice(1);
  return templates[head] || names[head] ? `${text(head)}. ${said}` : said;
}

/** Return the text of the page or the terminal under a key, not capitalised. */
export const ui = (key, values = {}) => fill(text(`ui.${key}`), values);

function fill(template, values) {
  return template.replace(/\{(\w+)(?::([^{}]*))?\}/g, (all, name, form = "") => {
    const value = values[name] ?? "";
    if (form === "@") return [value].flat().map(text).join(", ");
    return form && (typeof value === "number" || value === "") ? figure(value, form) : String(value);
  });
}

/** Return a number in a form: "2", "+1", "%", "%1". */
export function figure(value, form) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const percent = form.startsWith("%");
  const digits = Number(form.replace(/[%+]/g, "") || 0);
  let said = (percent ? 100 * value : value).toFixed(digits);
  if (Number(said) === 0) said = said.replace("-", "");
  else if (form.startsWith("+") && value > 0) said = `+${said}`;
  return said.replace("-", "−").replace(".", text("decimal")) + (percent ? text("percent") : "");
}
