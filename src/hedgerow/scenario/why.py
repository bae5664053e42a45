"""What the numbers of a scenario rest on: data, what all states do, assumption, or the model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .keys import split
from .sources import Sourced

if TYPE_CHECKING:
    import pandas as pd

    from .scenario import Scenario

GROUPS = {
    "data": ("from fact", "date from fact", "sign from fact", "external"),
    "pooled": ("estimated",),
    "assumptions": ("assumption",),
    "conventions": ("convention",),
    "defaults": ("default", "missing"),
}
"""Labels of numbers by what they amount to."""

MEANING = {
    "data": "facts of the articles, registers, series and events of record",
    "pooled": "estimated on many states",
    "assumptions": "guesses, with a prior where they are wide",
    "conventions": "choices of units",
    "defaults": "left at the value of the model, or without a source",
}

_GROUP = {label: group for group, labels in GROUPS.items() for label in labels}


@dataclass(frozen=True, repr=False)
class Why:
    """What a scenario rests on; `str` tells it.

    Attributes:
        name: of the scenario.
        own: the numbers of its countries, by group.
        shared: all others, by group.
    """

    name: str
    own: dict[str, tuple[Sourced, ...]]
    shared: dict[str, tuple[Sourced, ...]]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return how many numbers of each group are of the countries, and how many are shared."""
        return {group: (len(self.own[group]), len(self.shared[group])) for group in GROUPS}

    def line(self) -> str:
        """Return the counts in a line."""
        own = ", ".join(f"{len(self.own[group])} {group}" for group in GROUPS)
        shared = ", ".join(f"{len(self.shared[group])} {group}" for group in GROUPS)
        return f"of the countries' own numbers {own}; of those that all states share {shared}"

    def to_frame(self) -> "pd.DataFrame":
        """Return a row for each number: group, own or shared, path, value, label and source."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"group": group, "of": of, "path": n.path, "value": n.value}
                | {"label": n.kind, "source": n.source}
                for of, table in (("country", self.own), ("shared", self.shared))
                for group, numbers in table.items()
                for n in numbers
            ]
        )

    def __str__(self) -> str:
        lines = [f"What {self.name} rests on", "", f"{'':13}{'country':>9}{'shared':>9}"]
        for group, (own, shared) in self.counts().items():
            lines.append(f"{group:13}{own:9}{shared:9}  {MEANING[group]}")
        for group in ("data", "pooled", "assumptions"):
            if numbers := self.own[group]:
                lines += ["", f"{group} of the country:"]
                room = max(len(n.path) for n in numbers)
                wide = max(len(n.value) for n in numbers)
                lines += [f"  {n.path:{room}}  {n.value:{wide}}  {n.source}" for n in numbers]
        lines += ["", "shared by table:"]
        for group in ("data", "pooled", "assumptions"):
            tables = Counter(split(n.path)[0] for n in self.shared[group])
            words = ", ".join(f"{count} {table}" for table, count in tables.most_common())
            lines.append(f"  {group:13}{words or 'none'}")
        return "\n".join(lines)

    __repr__ = __str__


def why(scenario: "Scenario") -> Why:
    """Return what the numbers of a scenario rest on."""
    own: list[Sourced] = []
    shared: list[Sourced] = []
    for number in scenario.provenance():
        (own if number.path.startswith("countries.") else shared).append(number)
    return Why(scenario.name, _grouped(own), _grouped(shared))


def _grouped(numbers: Sequence[Sourced]) -> dict[str, tuple[Sourced, ...]]:
    return {group: tuple(n for n in numbers if _GROUP[n.kind] == group) for group in GROUPS}
