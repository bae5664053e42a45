"""The questions that the page opens with: shipped scenarios, in groups."""

import tomllib
from functools import cache
from typing import Any

from ...scenario.document import Merged, copied, locate
from ...scenario.layers import Layer
from ...scenario.merge import merge, overlay
from ...scenario.reading import chain

BASE = "vietnam"
"""The scenario that every preset is held against: the dashed line."""

PEACE = "no-war"
"""The preset that the switch of the war turns on."""

GROUPS: dict[str, tuple[str, ...]] = {
    "record": (BASE,),
    "russia": (PEACE, "russia-recovers", "russia-china-closer", "rouble-cut-off"),
    "america": ("sanctions-enforced", "sanctions-waived", "us-market-economy", "us-retreats"),
    "region": ("south-china-sea-escalates", "rivalry-breaks", "arms-from-india-korea"),
    "vietnam": ("four-nos-dropped",),
    "readings": ("toward-russia", "drifting-away", "loyal"),
}
"""Groups of presets by their key in the locales (``group.KEY``)."""

PRESETS = tuple(name for group in GROUPS.values() for name in group)


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return title, question and description of every preset, as its file has them."""
    found = {}
    for name in PRESETS:
        path, _ = locate(name)
        own = tomllib.loads(path.read_text("utf-8"))
        found[name] = {key: str(own.get(key, "")) for key in ("title", "question", "description")}
    return found


@cache
def _layers(name: str) -> tuple[Layer, ...]:
    path, label = locate(name)
    layers, problems, _ = chain(path, label)
    if problems:
        raise ValueError(f"the shipped scenario {name} does not load: {problems[0]}")
    return tuple(layers)


def merged(name: str, war: bool) -> Merged:
    """Return a preset as one document, to be changed further.

    Args:
        name: one of `PRESETS`.
        war: False takes away all that `PEACE` takes away, as far as the preset has it.
    """
    document, _ = merge(list(_layers(BASE if name == PEACE else name)))
    if not war:
        document.document.pop("expect", None)  # it may be about a vote that never comes
        layer = _layers(PEACE)[-1]
        overlay(document, _fitting(layer, document.document, whole=name == PEACE), [])
    return document


def _fitting(layer: Layer, document: dict[str, Any], whole: bool) -> Layer:
    """Return what a layer says about shocks and choices that a document has.

    Args:
        whole: with its title and texts.
    """
    own = copied(layer.document)
    kept = {key: own[key] for key in ("schema", "source") if key in own}
    if whole:
        kept |= {key: own[key] for key in ("title", "question", "description") if key in own}
    kept["remove"] = {
        section: [label for label in labels if label in document.get(section, {})]
        for section, labels in own.get("remove", {}).items()
    }
    shocks = document.get("shocks", {})
    kept["shocks"] = [entry for entry in own.get("shocks", []) if entry["label"] in shocks]
    return Layer(layer.label, kept, layer.positions, layer.folder)
