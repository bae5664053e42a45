"""The states of the panel that hedge: a list of all, and all that is known of one."""

import textwrap
from typing import TYPE_CHECKING, Any

from ..arguments import checked
from .panel import Panel, shipped_panel
from .profile import AS_OF, Profile, Shares, profile

if TYPE_CHECKING:
    import pandas as pd


@checked
def countries() -> "pd.DataFrame":
    """Return the states of the panel, for each of which a scenario can be made.

    Returns:
        A row for each state: its code, name and group, its first year in the panel, the programmes
        of arms of 1997 to 2012, the year and source of its trade, its votes on record, its ideal
        point of 2014, and what is missing. ``load(code)`` returns the scenario of one.

    >>> import hedgerow
    >>> known = hedgerow.countries().set_index("code")
    >>> len(known), known.loc["KAZ", "name"], known.loc["KAZ", "trade"]
    (49, 'Kazakhstan', '2012 (comtrade4)')
    """
    import pandas as pd

    return pd.DataFrame(countries_frame(shipped_panel()))


def countries_frame(panel: Panel) -> list[dict[str, Any]]:
    """Return a dictionary for each state, as `countries` does."""
    return [_row(profile(panel, code)) for code in panel.states()]


def _row(known: Profile) -> dict[str, Any]:
    rows = {one.table: one.rows for one in known.coverage}
    return {
        "code": known.code,
        "name": known.name,
        "group": known.group,
        "since": known.since,
        "programmes": known.rate.programmes,
        "trade": known.trade.when,
        "votes": rows["un_votes"],
        "position": known.position.of[known.code],
        "holes": known.holes,
    }


def countries_text(panel: Panel, width: int = 100) -> str:
    """Return the states as lines of text, each with what is missing below it."""
    lines = [f"{'':5}{'state':21}{'group':14}{'arms':>5}{'votes':>7}{'position':>10}  trade"]
    for row in countries_frame(panel):
        lines.append(
            f"{row['code']:5}{row['name']:21}{row['group']:14}{row['programmes']:5}"
            f"{row['votes']:7}{row['position']:10.2f}  {row['trade']}"
        )
        lines += textwrap.wrap(
            row["holes"], max(width, 40), initial_indent=" " * 5, subsequent_indent=" " * 5
        )
    lines += [
        "",
        "arms: programmes ordered in 1997 to 2012; votes: roll calls on record; position: ideal",
        "point of 2014; trade: year and source of the shares. 'hedgerow run CODE' runs one.",
    ]
    return "\n".join(lines)


def state_frame(panel: Panel, code: str) -> list[dict[str, Any]]:
    """Return a dictionary for each figure of a state: what, partner, when, value, source.

    Raises:
        NoState: no state that hedges has the code.
    """
    known = profile(panel, code)
    rows = [
        {
            "what": what,
            "partner": partner,
            "when": of.when,
            "value": round(value, 4),
            "source": of.external,
        }
        for what, of in _shares(known).items()
        for partner, value in of.of.items()
    ]
    programmes = panel.tables["arms_programmes"].external
    votes = panel.tables["un_votes"].external
    single: list[tuple[str, str, float | str, str]] = [
        ("position", str(AS_OF), known.position.of[known.code], known.position.external),
        ("programmes remembered", str(AS_OF), known.remembered, known.memory.external),
        ("programmes a year", "1997 to 2012", round(known.rate.value, 2), programmes),
        ("added to ln size", "1997 to 2012", round(known.size.value, 2), programmes),
        *((f"vote on {issue}", "2014", vote, votes) for issue, vote in known.issues.items()),
        *((f"mean vote, {of}", "2012 to 2014", mean, votes) for of, mean in known.classes.items()),
        *(
            ("embargo by " + by, str(AS_OF), act, panel.tables["embargoes"].external)
            for by, act in known.embargoes.items()
        ),
    ]
    return rows + [
        {"what": what, "partner": "", "when": when, "value": value, "source": source}
        for what, when, value, source in single
    ]


def _shares(known: Profile) -> dict[str, Shares]:
    return {
        "trade": known.trade,
        "arms remembered": known.memory,
        "arsenal": known.arsenal,
        "agreement": known.agreement,
    }


def state_text(panel: Panel, code: str, width: int = 100) -> str:
    """Return what is known of a state as text: what tables cover, and its last figures.

    Raises:
        NoState: no state that hedges has the code.
    """
    known = profile(panel, code)
    lines = [f"{known.code} {known.name} ({known.group}), in the panel since {known.since}", ""]
    lines.append(f"{'table':17}{'rows':>5}  {'years':13}holes")
    for one in known.coverage:
        years = f"{one.years[0]} to {one.years[1]}" if one.years else ""
        head = f"{one.table:17}{one.rows:5}  {years:13}"
        holes = textwrap.wrap(one.holes, max(width - len(head), 30)) or [""]
        lines += [f"{head}{holes[0]}".rstrip(), *(" " * len(head) + line for line in holes[1:])]
    shares = _shares(known)
    partners = dict.fromkeys(partner for of in shares.values() for partner in of.of)
    lines += ["", f"{'share of':10}" + "".join(f"{name:>18}" for name in shares)]
    lines += [f"{'':10}" + "".join(f"{of.when:>18}" for of in shares.values())]
    for partner in partners:
        cells = (of.of.get(partner) for of in shares.values())
        lines.append(
            f"{partner:10}"
            + "".join(f"{'not known' if cell is None else f'{cell:.3f}':>18}" for cell in cells)
        )
    rate, size = known.rate, known.size
    own = "none known" if size.own is None else f"its own {size.own:+.2f}"
    lines += [
        "",
        f"position (ideal point of {AS_OF}): {known.position.of[known.code]:.2f}",
        f"programmes a year: {rate.value:.2f}, with an error of {100 * rate.error:.0f} % "
        f"({rate.programmes} of 1997 to 2012, drawn towards the mean of all states)",
        f"added to ln size: {size.value:+.2f} ± {size.error:.2f} ({own}, drawn towards 0)",
    ]
    lines += [f"vote on {issue}: {vote}" for issue, vote in known.issues.items()]
    lines += [
        f"mean vote of 2012 to 2014, {of}: {mean:+.2f} (1 for, -1 against)"
        for of, mean in known.classes.items()
    ]
    lines += [f"under an embargo by {by}: {act}" for by, act in known.embargoes.items()]
    told = ", ".join(dict.fromkeys(row["source"] for row in state_frame(panel, code)))
    lines += ["", *textwrap.wrap(f"sources: {told}", max(width, 40), break_on_hyphens=False)]
    lines += ["'hedgerow evidence --panel' tells what they are, and their licences."]
    return "\n".join(lines)
