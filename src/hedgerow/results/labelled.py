"""A table as labelled arrays: an xarray.Dataset with named dimensions.

Each variable is one block of memory, filled batch by batch. Cells without a row (of a run that
failed, of the tie of a country with itself) stay NaN.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ResultError, how
from .columns import USUAL, noted
from .labelled_axes import ABSENT, BATCH, Axis, attributes, chosen_axes, dataset, require_memory
from .labelled_summary import of_summary
from .reading import no_column
from .tables import KEYS

if TYPE_CHECKING:
    import xarray as xr

    from .results import Results


def _of_runs(
    results: "Results",
    table: str,
    columns: Sequence[str] | None,
    limit: int | None,
    where: Mapping[str, Any],
) -> "xr.Dataset":
    """Return a table of runs: variables over point, replicate, year, country (and partner)."""
    manifest = results.manifest
    axes = chosen_axes(
        table,
        {
            "point": range(manifest["points"]),
            "replicate": range(manifest["replicates"]),
            "year": range(manifest["start"], manifest["end"] + 1),
            "country": list(manifest["countries"]),
        }
        | ({"partner": list(manifest["partners"])} if table == "ties" else {}),
        where,
    )
    there = [n for n in results.dataset(table).schema.names if n not in KEYS[table]]
    names = there if columns is None else list(columns)
    for name in names:
        if name not in there:
            raise ResultError(no_column(name, table, there))
    kinds = manifest.get("instruments", USUAL)
    shape = tuple(map(len, axes))
    require_memory(table, {tuple(a.name for a in axes): len(names)}, axes, limit)
    arrays = {name: np.full(shape, np.nan) for name in names}
    point, replicate, *others = axes
    keys = [axis.name for axis in others]
    only = {axis.name: axis.values for axis in (point, *others) if axis.name in where}
    for batch in results.tables.batches(table, ["run", *keys, *names], only, BATCH):
        points, replicates = divmod(batch.column("run").to_numpy(), manifest["replicates"])
        at = [point.of_numbers(points), replicate.of_numbers(replicates)]
        at += [axis.places(batch.column(axis.name)) for axis in others]
        chosen = np.all([places >= 0 for places in at], axis=0)
        where_to = tuple(places[chosen] for places in at)
        for name, array in arrays.items():
            array[where_to] = batch.column(name).to_numpy(zero_copy_only=False)[chosen]
    own = noted(manifest.get("own", ()))
    variables: dict[str, Any] = {
        name: ([a.name for a in axes], array, attributes(table, name, kinds, own))
        for name, array in arrays.items()
    }
    explained = {"long_name": "done, failed, or absent where the run is not stored"}
    status = _status(results, point, replicate, "point" in where)
    variables["status"] = (["point", "replicate"], status, explained)
    return dataset(results, axes, variables)


def _status(results: "Results", point: Axis, replicate: Axis, some: bool) -> NDArray[np.str_]:
    """Return the status of each run, (points, replicates), of all points or of some."""
    found = np.full((len(point), len(replicate)), ABSENT)
    columns, only = ["point", "replicate", "status"], {"point": point.values} if some else {}
    for batch in results.tables.batches("runs", columns, only, BATCH):
        at, of = point.places(batch.column("point")), replicate.places(batch.column("replicate"))
        chosen = (at >= 0) & (of >= 0)
        texts = np.array(batch.column("status").dictionary_decode().to_pylist())
        found[at[chosen], of[chosen]] = texts[chosen]
    return found


# what both kinds of tables share -----------------------------------------------------------------


def labelled(
    results: "Results",
    table: str,
    columns: Sequence[str] | None,
    measures: Sequence[str] | None,
    limit: int | None,
    where: Mapping[str, Any],
) -> "xr.Dataset":
    """Return a table as labelled arrays; see `Results.to_xarray`."""
    try:
        import xarray  # noqa: F401 - tells early whether it is there
    except ImportError:
        raise ResultError(f"to_xarray needs xarray; {how('xarray')}") from None
    if table == "summary":
        return of_summary(results, columns, measures, limit, where)
    if table not in ("countries", "ties"):
        raise ResultError(
            f"to_xarray takes the tables 'summary', 'countries' and 'ties', not {table!r}"
        )
    if measures is not None:
        raise ResultError(f"measures are those of the summary; of {table!r} choose columns=[…]")
    return _of_runs(results, table, columns, limit, where)
