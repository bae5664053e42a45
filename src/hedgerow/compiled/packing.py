"""From a `World` to the buffers of the compiled model: what is the same for all, and the tiles.

A tile is as many replicates as a row of lanes holds. Where the last tile has fewer, its last
replicate fills it up.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.parameters import INSTRUMENTS, Structure, World
from ..model.rules import _SLACK
from ..model.streams import code_of, key_of
from .books import ROW, Table, buffer
from .known import MEASURES, PROCESSES, TERMS
from .lanes import DOUBLE, Precision
from .layout import BOOKS, OWN, SHARED
from .recorder import COLUMNS
from .strategies import NAMES

OPERATIONS = ("set", "add", "multiply")
"""By their numbers in compiled code."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Index = tuple[int | slice, ...]


@dataclass(frozen=True)
class Packed:
    """A world as compiled code takes it.

    Attributes:
        tables: where the sections of each book lie, by its name.
        world: what `WORLD` holds.
        countries: what `COUNTRY` holds, (N, …).
        tiles: the values that countries share, those of each country, and what `GIVEN` holds,
            (T, …).
    """

    tables: dict[str, Table]
    world: Floats
    countries: Floats
    tiles: Floats

    @property
    def room(self) -> int:
        """Words that a country needs for its frame, payoff, want and state."""
        return _places(self.tables, 1)["room_size"]


def pack(world: World, precision: Precision = DOUBLE) -> Packed:
    """Lay out a world in buffers, its numbers as exact as asked for."""
    s = world.structure
    width = precision.width
    k, p = len(INSTRUMENTS), len(s.partners)
    options = [len(choice.options) for choice in s.choices]
    length = {
        "k": k,
        "p": p,
        "n": len(s.countries),
        "w": len(s.futures),
        "s": len(s.sanctions),
        "h": len(world.shocks),
        "o": len(world.overrides),
        "b": len(s.embargoes),
        "c": len(s.choices),
        "j": sum(options),
        "q": p + 1,
        "H": len(world.shocks) + 1,
        "O": len(world.overrides) + 1,
        "C": len(s.choices) + 1,
        "J": max(options, default=0),
        "m": max(1 + 2 * k * p, *options, 0),
        "t": -(-world.replicates.size // width),
        "y": s.years,
        "M": len(MEASURES) + len(s.futures),
        "K": len(COLUMNS),
        # A round has at most a change of each label, each designation, entry and end of hedging.
        "e": s.rounds * len(s.countries) * width * (p + len(s.sanctions) + 2),
    }
    tables = {book.name: Table(book, length, precision) for book in (SHARED, OWN)}
    shocked = [_shocked(world, tables, shock) for shock in world.shocks]
    future = [_in_future(world, o.array, o.index) for o in world.overrides]
    length |= {"r": sum(map(len, shocked)), "v": sum(map(len, future))}
    for book in BOOKS:
        tables[book.name] = Table(book, length, precision)
    with np.errstate(over="ignore"):  # what single precision cannot hold is infinite
        return Packed(
            tables,
            _world(world, tables, shocked, future),
            _countries(s, tables["country"]),
            _tiles(world, tables),
        )


# whose rows dated changes and futures change ---------------------------------------------------


def rows_of(world: World, tables: dict[str, Table], name: str) -> Ints:
    """Return the row of a tile in which each number of an array of values lies: (…) without R."""
    shape = world.values[name].shape[:-1]
    if name in SHARED.sections:
        return tables["shared"].row(name) + np.arange(prod(shape)).reshape(shape)
    first = tables["shared"].size // ROW + tables["own"].row(name)
    apart = tables["own"].size // ROW  # from one country to the next
    if name == "peer_weight":  # its first axis is the country
        return first + apart * np.arange(shape[0])[:, None] + np.arange(shape[1])
    inner = np.arange(prod(shape[:-1])).reshape(*shape[:-1], 1)
    return first + inner + apart * np.arange(shape[-1])


def _shocked(world: World, tables: dict[str, Table], shock: Any) -> Ints:
    rows = rows_of(world, tables, shock.array)
    places = [index for index in (shock.index, shock.mirror) if index is not None]
    return np.concatenate([np.ravel(rows[index]) for index in places])


def _in_future(world: World, array: str, index: Index) -> Ints:
    """Rows that an override changes, numbered from `SCRATCH`'s ``capacity`` on."""
    first = 0
    for name in ("capacity", "trust", "will", "threat_level"):
        shape = world.values[name].shape[:-1]
        if name == array:
            return np.ravel(first + np.arange(prod(shape)).reshape(shape)[index])
        first += prod(shape)
    raise ValueError(f"a future cannot change {array!r}")


# the buffers -----------------------------------------------------------------------------------


def _world(
    world: World, tables: dict[str, Table], shocked: list[Ints], future: list[Ints]
) -> Floats:
    s = world.structure
    key0, key1 = key_of(world.seed)
    touched = np.unique(_joined(shocked))
    changes = [change for choice in s.choices for change in choice.changes]
    fields: dict[str, Any] = {
        "k": len(INSTRUMENTS),
        "n": len(s.countries),
        "p": len(s.partners),
        "kp": len(INSTRUMENTS) * len(s.partners),
        "futures": len(s.futures),
        "sanctions": len(s.sanctions),
        "rounds": s.rounds,
        "level": s.level,
        "first_pole": s.poles[0],
        "second_pole": s.poles[1],
        "key0": key0,
        "key1": key1,
        "tiles": -(-world.replicates.size // tables["shared"].precision.width),
        "years": s.years,
        **{f"term_{name}": name in s.terms for name in TERMS},
        **{f"process_{name}": name in s.processes for name in PROCESSES},
        **_places(tables, len(s.countries)),
        "tilted": np.isfinite(s.rules.tilt_max).any(),
        "step": s.step,
        "cap": s.cap,
        "sanctioner": [pair[0] for pair in s.sanctions],
        "target": [pair[1] for pair in s.sanctions],
        "shocks": len(world.shocks),
        "shock_op": [OPERATIONS.index(shock.op) for shock in world.shocks],
        "shock_rows": _ends(shocked),
        "shock_row": _joined(shocked),
        "shocked_rows": touched.size,
        "shocked_row": np.resize(touched, sum(map(len, shocked))),
        "overrides": len(world.overrides),
        "override_future": [override.future for override in world.overrides],
        "override_op": [OPERATIONS.index(override.op) for override in world.overrides],
        "override_rows": _ends(future),
        "override_row": _joined(future),
        "bans": len(s.embargoes),
        "ban_country": [ban.country for ban in s.embargoes],
        "ban_tie": [ban.instrument * len(s.partners) + ban.partner for ban in s.embargoes],
        "ban_start": [ban.start for ban in s.embargoes],
        "ban_stop": [ban.stop for ban in s.embargoes],
        "choices": len(s.choices),
        "choice_round": [choice.round for choice in s.choices],
        "choice_options": _ends([choice.options for choice in s.choices]),
        "option_changes": _joined([np.ravel(change) for change in changes]),
        "option_rewards": _joined([np.ravel(choice.rewards) for choice in s.choices]),
        "option_costs": _joined([choice.costs for choice in s.choices]),
    }
    return _filled(tables["world"], fields)


def _places(tables: dict[str, Table], countries: int) -> dict[str, int]:
    """Where the parts of a tile and of a country's room begin, in words, and their sizes."""
    form, room = tables["frame"].size, 2 * tables["form"].size
    return {
        "own_at": tables["shared"].size,
        "given_at": tables["shared"].size + countries * tables["own"].size,
        "form_at": form,
        "want_at": form + tables["form"].size,
        "state_at": form + room,
        "own_size": tables["own"].size,
        "country_size": tables["country"].size,
        "room_size": form + room + tables["state"].size,
    }


def _countries(s: Structure, table: Table) -> Floats:
    result = buffer(len(s.countries), table.size)
    bound = np.minimum(s.cap[:, None], s.rules.tie_max)  # (K, N), as in model.rules.most_steps
    ceiling = np.floor(bound / s.step[:, None] + _SLACK)
    for i, country in enumerate(s.countries):
        fields = {
            "number": i,
            "code": code_of(country),
            "strategy": NAMES.index(s.strategies[i]),
            "threat": s.threat_source[i],
            "own": s.self_partner[i],
            "partner_code": [code_of(f"{country}|{p}") for p in s.partners],
            "sanction_code": [
                code_of(f"{country}|{s.partners[a]}>{s.partners[b]}") for a, b in s.sanctions
            ],
            "question_code": [code_of(f"{country}|{choice.question}") for choice in s.choices],
            "asked": [i in choice.countries for choice in s.choices],
            "force": float(s.rules.force[i]),
            "tier_max": float(s.rules.tier_max[i]),
            "tilt_max": s.rules.tilt_max[i],
            "tiers": s.tiers[:, i],
            "ceiling": ceiling[:, i],
        }
        result[i] = _filled(table, fields)
    return result


def _filled(table: Table, fields: dict[str, Any]) -> Floats:
    """A buffer with these numbers in the sections of their names."""
    result = buffer(table.size)
    for name in table.book.sections:
        table.section(result, name)[:] = fields[name]
    return result


def _ends(parts: list[Any]) -> Ints:
    """Where each part begins when they are joined, and where the last ends."""
    return np.cumsum([0, *(len(part) for part in parts)])


def _joined(parts: list[Any]) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _tiles(world: World, tables: dict[str, Table]) -> Floats:
    shared, own, given = tables["shared"], tables["own"], tables["given"]
    r, n = world.replicates.size, len(world.structure.countries)
    width = shared.precision.width
    t = -(-r // width)
    last = np.minimum(np.arange(t * width), r - 1)

    def tiled(array: NDArray[Any]) -> NDArray[Any]:
        """(…, R) → (T, rows, width)"""
        whole = array if r == t * width else array[..., last]
        return whole.reshape(-1, t, width).swapaxes(0, 1)

    result = buffer(t, shared.size + n * own.size + given.size)
    for name in SHARED.sections:
        shared.section(result, name)[:] = tiled(world.values[name])
    countries = result[:, shared.size : shared.size + n * own.size].reshape(t, n, own.size)
    for name in OWN.sections:
        values = world.values[name]
        if name == "peer_weight":
            values = values.swapaxes(0, 1)
        rows = tiled(values)  # (T, rows · N, width)
        into = own.section(countries, name)  # (T, N, rows, width)
        into[:] = rows.reshape(t, -1, n, width).swapaxes(1, 2)
    rest = result[:, shared.size + n * own.size :]
    given.section(rest, "replicate")[:] = tiled(world.replicates)
    for h, shock in enumerate(world.shocks):
        for name in ("value", "start", "stop", "happens"):
            given.section(rest, f"shock_{name}")[:, h] = tiled(getattr(shock, name))[:, 0]
    for o, override in enumerate(world.overrides):
        given.section(rest, "override_value")[:, o] = tiled(override.value)[:, 0]
    return result
