// The head of every page: where one is, and in which language.
import { find, make } from "./dom.js";
import { LANGUAGES, spoken, t } from "./i18n.js";

const PAGES = [["/", "nav.whatif"], ["/play", "nav.play"], ["/class", "nav.class"]];

/** Draw the header; `change` is called with the language that is chosen. */
export function header(change) {
  const links = PAGES.map(([href, key]) => {
    const here = location.pathname === href;
    const to = `${href}?lang=${spoken()}`;
    return make("li", {}, make("a", { href: to, text: t(key), "aria-current": here && "page" }));
  });
  const select = make("select", {
    id: "language",
    "aria-label": t("language"),
    change: () => change(select.value),
  });
  for (const name of LANGUAGES) {
    select.append(make("option", { value: name, lang: name, text: t(`language.${name}`) }));
  }
  select.value = spoken();
  find("header").replaceChildren(
    make("a", { href: "/", class: "brand", text: t("brand") }),
    make("nav", { "aria-label": t("nav.label") }, make("ul", {}, ...links)),
    make("div", { class: "language" }, select),
  );
}
