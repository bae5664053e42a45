// The table behind every chart.
import { make } from "./dom.js";
import { t } from "./i18n.js";

/** Fill the `details` of a chart with a table: a caption, names of columns, rows of texts. It is made when opened. */
export function table(details, title, rows) {
  details.ontoggle = () => fill(details, title, rows);
  fill(details, title, rows);
}

function fill(details, title, rows) {
  if (!details.open) return;
  const { caption, columns, cells } = rows();
  const head = make("tr", {}, ...columns.map((text) => make("th", { scope: "col", text })));
  const body = cells.map(([first, ...rest]) =>
    make("tr", {}, make("th", { scope: "row", text: first }), ...rest.map((text) => make("td", { text }))),
  );
  const made = make(
    "table",
    {},
    make("caption", { text: caption }),
    make("thead", {}, head),
    make("tbody", {}, ...body),
  );
  let box = details.querySelector(".scroll");
  if (box === null) {
    box = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("table.of", { what: title }) });
    details.append(box);
  }
  box.replaceChildren(made);
}
