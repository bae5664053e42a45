"""Names of measures: their table, partner and unit, and their names in words."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from ..scenario.wording import event_words

_TIES = {
    "arms_stock": ("arsenal: {}", "share"),
    "arms_deliveries": ("arms deliveries: {}", "share"),
    "arms_orders": ("arms orders: {}", "share"),
    "trade": ("trade: {}", "√share"),
    "energy": ("energy: {}", "depth"),
    "diplomacy": ("diplomacy: {}", "depth"),
    "defence": ("defence: {}", "depth"),
    "voice": ("voice: {}", "nearness"),
    "settlement": ("settlement: {}", "depth"),
    "tier": ("label: {}", "rungs"),
    "alignment": ("alignment: {}", "alignment"),
    "exposure": ("exposure: {}", "exposure"),
    "pressure": ("coercion expected: {}", "per year"),
    "inducement": ("offers expected: {}", "per year"),
}
_COUNTRIES = {
    "alignment_index": ("alignment index", "points of 100"),
    "kuik_score": ("Kuik score", "score"),
    "hedging_index": ("hedging index", "index"),
    "autonomy": ("autonomy", "share"),
    "payoff": ("payoff", "log-odds"),
    "premium": ("premium", "log-odds"),
    "payout": ("payout", "log-odds"),
    "premium_held": ("premium of what is held", "log-odds"),
    "payout_held": ("payout of what is held", "log-odds"),
    "insured": ("held is insurance", "share"),
    "price_of_autonomy": ("price of autonomy", "log-odds"),
    "rules_bound": ("rules that bound", "share of decisions"),
    "tail_loss": ("tail loss", "log-odds"),
    "threat": ("threat", "threat"),
}
_EVENTS = {
    "visit": "usual visit: {}",
    "tier": "change of label: {}",
    "hedging_entered": "hedging entered",
    "hedging_broken": "hedging broken",
}
_FAMILIES = {
    "concentration_": ("concentration: {}", "index"),
    "belief_": ("belief: {}", "probability"),
}
_SHARE = "share of runs"


def group_of(measure: str) -> str:
    """Return the table that a measure comes from."""
    head, colon, _ = measure.partition(":")
    if head in ("choice", "event") and colon:
        return f"{head}s"
    return "ties" if colon else "countries"


def partner_of(measure: str) -> str:
    """Return the code of the partner that a measure is about; empty if there is none."""
    rest = measure.partition(":")[2]
    group = group_of(measure)
    return rest if group == "ties" else rest.partition(":")[2] if group == "events" else ""


def meant(measure: str, asked: Iterable[str]) -> bool:
    """Whether `asked` names a measure, by its whole name or by the part before a colon."""
    return any(measure == one or measure.startswith(f"{one}:") for one in asked)


def unknown(asked: str, measures: Sequence[str]) -> str:
    """Return the message that a name is none of these measures, with the closest ones."""
    heads = list(dict.fromkeys(measure.partition(":")[0] for measure in measures))
    close = get_close_matches(asked, [*heads, *measures], n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there is {', '.join(heads)}"
    return f"no measure {asked!r}; {hint}"


def words(measure: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return the name of a measure in words, and its unit.

    Args:
        measure: the measure, as in ``summary.csv``.
        names: names of partners, futures and events by code. One without a name is used as it is.
    """
    head, colon, rest = measure.partition(":")
    if head == "choice" and colon:
        question, _, option = rest.rpartition(":")
        return f"{question}: {option.replace('_', ' ')}", _SHARE
    if head == "event" and colon:
        event, _, partner = rest.partition(":")
        name = names.get(event, event_words(event, partner)) + (": {}" if partner else "")
        return _EVENTS.get(event, name).format(names.get(partner, partner)), _SHARE
    if colon:
        text, unit = _TIES.get(head, (head.replace("_", " ") + ": {}", head.replace("_", " ")))
        return text.format(names.get(rest, rest)), unit
    for start, (text, unit) in _FAMILIES.items():
        if head.startswith(start):
            code = head.removeprefix(start)
            return text.format(names.get(code, code.replace("_", " "))), unit
    return _COUNTRIES.get(head, (head.replace("_", " "), head.replace("_", " ")))
