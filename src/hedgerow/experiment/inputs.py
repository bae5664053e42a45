"""The inputs of an experiment: scenarios, ``experiment.toml``, targets and the baselines' record.

The inputs of every reference are kept in a folder beside the experiments, one file for each state
of an input. A check can thus say which numbers and switches have changed since, with old and new
values.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ExperimentError
from ..files import read_toml
from ..scenario import Scenario
from ..scenario.keys import join
from ..scenario.write import to_toml, value_text

if TYPE_CHECKING:
    from ..analysis.scoring.record import Past
    from ..facts.targets import Target

FOLDER = "inputs"
"""Folder beside the experiments."""

SEEDS = "seeds/"
"""Prefix of the names of inputs that are no scenarios."""

_TEXTS = ("title", "description", "question", "name", "source", "note", "rule")
_SOURCES = ("sources", "facts")
"""Tables that hold sources of numbers."""
_ORDERED = ("shocks", "futures", "options", "over")
"""Tables whose order matters: each shock applies to what those before it have left, the first
future is the usual one, the first option what is left where rules forbid the others, and points of
a sweep are numbered by its paths. All others are sorted before they are played."""
_UNSEEN = "the order of keys, now another"
"""The difference of two files whose values are all equal."""

Plain = dict[str, Any]
_ABSENT = object()


def of_scenario(scenario: Scenario) -> Plain:
    """Return the resolved numbers, switches and rules of a scenario, without texts and sources.

    Runs and seed are left out, since those of the experiment are used, and so are expectations,
    which change no number.
    """
    found: Plain = _bare(scenario.resolved)
    found.pop("expect", None)
    for key in ("runs", "seed"):
        found["ensemble"].pop(key, None)
    return found


def of_experiment(document: Plain) -> Plain:
    """Return the content of an ``experiment.toml`` in one size, without its texts."""
    plain: Plain = json.loads(json.dumps(document, default=str))
    return {key: value for key, value in plain.items() if key not in ("title", "contradicted")}


def of_targets(targets: "Iterable[Target]") -> Plain:
    """Return the content of targets by id, without their texts."""
    left = ("id", "scenarios", "source", "reason", "origin")
    found: Plain = {}
    for target in targets:
        plain = json.loads(json.dumps(asdict(replace(target, origin=None))))
        found[target.id] = {key: value for key, value in plain.items() if key not in left}
    return found


def of_record(past: "Past") -> Plain:
    """Return the content of the record that baselines know."""
    return {
        "ideal_points": dict(past.ideal_points),
        **{
            name: {
                f"{country} {what}": {"years": list(row.years), "values": list(row.values)}
                for (country, what), row in rows.items()
            }
            for name, rows in (("series", past.series), ("rungs", past.rungs))
        },
    }


def _bare(value: Any) -> Any:
    """Return a value without texts; a table of which only a number is left becomes the number."""
    if not isinstance(value, dict):
        return value
    found = {
        key: _bare(part)
        for key, part in value.items()
        if part is not None
        and key not in _SOURCES
        and not (key in _TEXTS and isinstance(part, str))
    }
    return found["value"] if found.keys() == {"value"} else found


def file_of(name: str, content: Plain) -> str:
    """Return the name of the file for the content of an input, which contains its hash."""
    digest = hashlib.sha256(to_toml(content).encode()).hexdigest()
    return f"{Path(name).stem}-{digest[:8]}.toml"


def load(experiments: Path, file: str) -> Plain:
    """Return the content of a file of `FOLDER`.

    Raises:
        ExperimentError: the file cannot be read, or its content does not have the hash of its name.
    """
    path = experiments / FOLDER / Path(file).name
    try:
        content = read_toml(path)
    except (OSError, ValueError) as error:
        raise ExperimentError(
            f"{path}: cannot be read: {error}; a reference names it as what its numbers come from: "
            "take it from version control, or make the reference anew with 'hedgerow reproduce "
            "NAME --update-reference'"
        ) from error
    if file_of(file.rpartition("-")[0], content) != file:
        raise ExperimentError(
            f"{path}: is not as it was written; take it from version control, "
            "or make the reference anew with 'hedgerow reproduce NAME --update-reference'"
        )
    return content


def changes(then: Plain, now: Plain) -> list[str]:
    """Return the `differences` of two contents whose files differ, at least one line."""
    return list(differences(then, now)) or [_UNSEEN]


def differences(then: Any, now: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line for each number or switch that changed: its path, the old and the new value."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*then, *now)):
            yield from differences(then.get(key, _ABSENT), now.get(key, _ABSENT), (*path, key))
        if path and path[-1] in _ORDERED:
            both = ([k for k in then if k in now], [k for k in now if k in then])
            moved = [
                place for place, keys in enumerate(zip(*both, strict=True)) if len({*keys}) > 1
            ]
            if moved:
                old, new = (", ".join(keys[moved[0] : moved[-1] + 1]) for keys in both)
                yield f"{join(path)} in the order {old}, now {new}"
    elif isinstance(then, dict) and now is _ABSENT:
        for key, value in then.items():
            yield from differences(value, _ABSENT, (*path, key))
    elif isinstance(now, dict) and then is _ABSENT:
        for key, value in now.items():
            yield from differences(_ABSENT, value, (*path, key))
    elif then != now or isinstance(then, bool) != isinstance(now, bool):
        yield f"{join(path)} {_text(then)}, now {_text(now)}"


def _text(value: Any) -> str:
    return "not there" if value is _ABSENT else value_text(value)
