"""What numbers depend on: scenarios, ``experiment.toml``, targets and the record of baselines.

Numbers and switches of a scenario are kept in a folder beside the experiments, one file for each
state that some reference was made from, so that a check can say what has changed since, with old
and new values. So are the targets that steps used, and the record that baselines know.
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
"""What names of inputs begin with that are no scenarios."""

_TEXTS = ("title", "description", "question", "name", "source", "note", "rule")
_SOURCES = ("sources", "facts")
"""Tables that say where numbers come from."""
_ORDERED = (
    *("partners", "countries", "futures", "options", "sanctions", "over"),
    *("shocks", "choices", "embargoes"),
)
"""Tables whose order is part of the model's input."""
_UNSEEN = "the order of keys, now another"
"""Where files differ, and no value does."""

Plain = dict[str, Any]
_ABSENT = object()


def of_scenario(scenario: Scenario) -> Plain:
    """Return the resolved numbers, switches and rules of a scenario, without texts and sources.

    Runs and seed are those of the experiment, and what a scenario promises moves no number.
    """
    found: Plain = _bare(scenario.resolved)
    found.pop("expect", None)
    for key in ("runs", "seed"):
        found["ensemble"].pop(key, None)
    return found


def of_experiment(document: Plain) -> Plain:
    """Return what an ``experiment.toml`` says in one size, without its texts."""
    plain: Plain = json.loads(json.dumps(document, default=str))
    return {key: value for key, value in plain.items() if key not in ("title", "contradicted")}


def of_targets(targets: "Iterable[Target]") -> Plain:
    """Return what targets demand of a run, by id, without their texts."""
    left = ("id", "scenarios", "source", "reason", "origin")
    found: Plain = {}
    for target in targets:
        plain = json.loads(json.dumps(asdict(replace(target, origin=None))))
        found[target.id] = {key: value for key, value in plain.items() if key not in left}
    return found


def of_record(past: "Past") -> Plain:
    """Return the record that baselines know."""
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
    """Return a value without texts; a number that stands alone in its table is that number."""
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
    """Return the name of the file that keeps the content of a scenario."""
    digest = hashlib.sha256(to_toml(content).encode()).hexdigest()
    return f"{Path(name).stem}-{digest[:8]}.toml"


def load(experiments: Path, file: str) -> Plain:
    """Return the content that a file of `FOLDER` keeps.

    Raises:
        ExperimentError: it cannot be read, or is not what its name vouches for.
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
    """Return the `differences` of contents whose files differ: one line or more."""
    return list(differences(then, now)) or [_UNSEEN]


def differences(then: Any, now: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield each number or switch that is not as it was: its path, the old value and the new."""
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
