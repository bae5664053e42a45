"""Tables as labelled arrays: every cell where it belongs, and nothing else."""

import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from results.sweeps import BROKEN, MIXED, swept
from results.synthetic import SMALL
from sweep.small import GRID

import hedgerow
from hedgerow.results import ResultError, memory
from hedgerow.results.cells import Grid
from hedgerow.results.means import by_point, measures

STATISTICS = ["mean", "sd", "q05", "q25", "q50", "q75", "q95", "n"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("labelled")


@pytest.fixture(scope="module")
def mixed(folder):
    return swept(folder, MIXED, "mixed")


@pytest.fixture(scope="module")
def plain(folder):
    return hedgerow.run(SMALL, runs=5, until=2003, out=folder / "plain", progress=False)


def cells(results, table):
    """Return every cell of a table that has a value: (column, labels) → value."""
    size = results.manifest["replicates"]
    found = {}
    for row in getattr(results, table)().to_dict("records"):
        keys = {"point": row.pop("run"), "year": row.pop("year"), "country": row.pop("country")}
        keys["point"], keys["replicate"] = divmod(keys["point"], size)
        if "partner" in row:
            keys["partner"] = row.pop("partner")
        for column, value in row.items():
            if not pd.isna(value):
                found[column, tuple(sorted(keys.items()))] = value
    return found


class Values:
    """The values of arrays by the labels of their dimensions; `sel` is too slow for every cell."""

    def __init__(self, arrays):
        self.arrays = {name: (array.dims, array.values) for name, array in arrays.items()}
        self.places = {
            name: {label: i for i, label in enumerate(values.values.tolist())}
            for name, values in arrays.coords.items()
            if name in arrays.dims
        }

    def __call__(self, name, labels):
        dims, values = self.arrays[name]
        return values[
            tuple(self.places[d][labels[d]] if d in labels else slice(None) for d in dims)
        ]


@pytest.mark.parametrize("table", ["countries", "ties"])
@pytest.mark.parametrize("which", ["mixed", "plain"])
def test_every_cell_is_where_its_row_says_and_all_else_is_empty(which, table, request):
    results = request.getfixturevalue(which)
    arrays = results.to_xarray(table)
    expected, values = cells(results, table), Values(arrays)
    for (column, labels), value in expected.items():
        assert values(column, dict(labels)) == value
    measures = [name for name in arrays.data_vars if name != "status"]
    assert sum(int(arrays[name].notnull().sum()) for name in measures) == len(expected)


def test_runs_that_failed_are_empty_and_told(mixed):
    ties = mixed.to_xarray("ties", columns=["trade"])
    assert ties.status.sel(point=2).values.tolist() == ["failed"] * 3
    assert set(ties.status.sel(point=[0, 1, 3]).values.ravel()) == {"done"}
    done = ties.trade.where(ties.status == "done", drop=True)
    assert ties.trade.sel(point=2).isnull().all() and done.sizes["point"] == 3
    own = ties.trade.sel(country="IND", partner="IND")
    assert own.isnull().all()  # the tie of a country with itself
    rest = done.where(done.country != done.partner)
    assert int(rest.notnull().sum()) == 3 * 3 * 3 * (2 * 4 - 1)


def test_coordinates_say_what_was_swept_and_who_is_who(mixed):
    arrays = mixed.to_xarray("countries", columns=["threat", "alignment_index"], point=[3, 0])
    points = mixed.points().set_index("point").loc[[3, 0]]
    for path in points.columns:
        coordinate = arrays.coords[path]
        assert coordinate.dims == ("point",)
        for found, wanted in zip(coordinate.values, points[path], strict=True):
            assert found == wanted or (pd.isna(found) and pd.isna(wanted))
    assert arrays.point.values.tolist() == [3, 0]
    assert arrays.country_name.sel(country="VNM").item() == "Vietnam"
    assert arrays.alignment_index.attrs["units"] == "points of 100"
    assert "poles" in arrays.alignment_index.attrs["long_name"]
    strategy, rivalry = "countries.VNM.strategy", "relations.rivalry.USA.CHN"
    assert arrays.coords[rivalry].attrs == {"long_name": "R: rivalry of two powers"}
    assert arrays.coords[strategy].attrs == {"long_name": f"value of {strategy}"}
    assert arrays.attrs["tables_digest"] == mixed.manifest["tables_digest"]
    assert arrays.attrs["seed"] == 7


def test_a_part_is_what_the_whole_has_there(mixed):
    whole = mixed.to_xarray("ties")
    chosen = {"point": [3, 1], "replicate": 2, "year": [2002, 2000], "partner": ["USA", "CHN"]}
    part = mixed.to_xarray("ties", columns=["tier", "arms_stock"], country="VNM", **chosen)
    same = whole[["tier", "arms_stock", "status"]].sel(
        chosen | {"replicate": [2], "country": ["VNM"]}
    )
    xr.testing.assert_identical(part, same)


def test_a_grid_becomes_a_cube(folder):
    results = swept(folder, GRID, "grid", keep="summary")
    arrays = results.to_xarray(measures=["threat"], columns=["mean"], country="VNM")
    paths = ["partners.USA.will", "behaviour.autonomy", "terms.security"]
    cube = arrays.set_index(point=paths).unstack("point")
    assert {path: cube.sizes[path] for path in paths} == dict(zip(paths, (2, 3, 2), strict=True))
    points = results.points()
    for _, row in results.summary(measure="threat", country="VNM").iterrows():
        at = points.loc[row["point"], paths].to_dict()
        assert cube.threat.sel(at).sel(year=row["year"], statistic="mean").item() == row["mean"]


def test_what_is_written_to_netcdf_reads_back(mixed, tmp_path):
    for table in ("countries", "summary"):
        arrays = mixed.to_xarray(table)
        arrays.to_netcdf(tmp_path / f"{table}.nc")
        xr.testing.assert_identical(xr.load_dataset(tmp_path / f"{table}.nc"), arrays)


# the summary -----------------------------------------------------------------------------------
def at(measure):
    """Return the variable and the label of its own dimension, as the page tells them."""
    name, _, rest = measure.partition(":")
    if name == "choice":
        return "choices", {"choice": rest}
    if name == "event":
        return "events", {"event": rest}
    return name, {"partner": rest} if rest else {}


@pytest.mark.parametrize("which", ["mixed", "plain"])
def test_every_cell_of_the_summary_is_where_its_row_says(which, request):
    results = request.getfixturevalue(which)
    arrays = results.to_xarray()
    filled, values = dict.fromkeys(arrays.data_vars, 0), Values(arrays)
    assert arrays.statistic.values.tolist() == STATISTICS
    for row in results.summary().to_dict("records"):
        variable, labels = at(row["measure"])
        cell = values(variable, row | labels)
        np.testing.assert_array_equal(cell, [row[name] for name in STATISTICS])
        filled[variable] += sum(not pd.isna(row[name]) for name in STATISTICS)
    for name in set(arrays.data_vars) - {"events", "runs_done", "runs_failed"}:
        assert int(arrays[name].notnull().sum()) == filled[name], name


@pytest.mark.parametrize("which", ["mixed", "plain"])
def test_events_that_never_came_have_a_share_of_nought(which, request):
    results = request.getfixturevalue(which)
    arrays = results.to_xarray(measures=["event"])
    events, values = arrays.events, Values(arrays)
    rows, size = results.events(), results.manifest["replicates"]
    for label in events.event.values.tolist():
        name, _, partner = label.partition(":")
        whom = rows["partner"] == partner if partner else rows["partner"].isna()
        there = rows[(rows["event"] == name) & whom]
        for point in events.point.values.tolist():
            for country in events.country.values.tolist():
                labels = {"event": label, "point": point, "country": country}
                if point == 2 or country == partner:  # its runs failed; nobody visits itself
                    assert np.isnan(values("events", labels)).all()
                    continue
                for year in events.year.values.tolist():
                    runs = there[(there["year"] == year) & (there["country"] == country)]["run"]
                    share = runs[runs // size == point].nunique() / size
                    cell = values("events", labels | {"year": year})
                    assert cell[0] == pytest.approx(share) and cell[-1] == size


def test_means_of_an_event_are_undefined_where_every_run_failed(mixed):
    """It happened in none of the others' runs either, at some point: a share of 0 there."""
    grid = Grid(2000, 2002, ("VNM", "IND"))
    cells = list(by_point(mixed, measures(mixed)["events"], grid))
    assert [np.isnan(point.mean).all() for point in cells] == [False, False, True, False]
    assert (cells[2].n == 0).all()
    never = cells[0].mean == 0.0
    assert never.any() and (cells[0].n[never] == 3).all()


def test_counts_of_runs_are_those_of_the_table(mixed):
    arrays = mixed.to_xarray(measures=["threat"])
    assert arrays.runs_done.values.tolist() == [3, 3, 0, 3]
    assert arrays.runs_failed.values.tolist() == [0, 0, 3, 0]
    assert arrays.threat.sel(point=2).isnull().all()


def test_measures_and_statistics_are_chosen(mixed):
    arrays = mixed.to_xarray(
        columns=["q50", "n"],
        measures=["alignment_index", "tier", "trade:RUS", "choice:ES-11/1:abstain"],
        year=2002,
        country="VNM",
        point=[0, 3],
    )
    assert set(arrays.data_vars) == {
        *("alignment_index", "tier", "trade", "choices", "runs_done", "runs_failed")
    }
    assert arrays.statistic.values.tolist() == ["q50", "n"]
    assert arrays.choice.values.tolist() == ["ES-11/1:abstain"]
    assert arrays.tier.sel(statistic="n").notnull().all()
    assert arrays.trade.sel(partner="USA").isnull().all()
    whole = mixed.to_xarray().sel(
        statistic=["q50", "n"], year=[2002], country=["VNM"], point=[0, 3]
    )
    xr.testing.assert_equal(arrays.tier, whole.tier)
    np.testing.assert_array_equal(arrays.trade.sel(partner="RUS"), whole.trade.sel(partner="RUS"))


def test_a_summary_of_some_years_has_no_others(folder):
    text = MIXED.replace("replicates = 3", 'replicates = 3\nmeasures = ["tier"]\nyears = [2001]')
    results = swept(folder, text, "few", keep="summary")
    arrays = results.to_xarray()
    assert arrays.year.values.tolist() == [2001]
    assert set(arrays.data_vars) == {"tier", "runs_done", "runs_failed"}
    with pytest.raises(ResultError, match="no year 2002; there is 2001"):
        results.to_xarray(year=2002)


# refusals --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("options", "telling"),
    [
        ({"table": "runs"}, "takes the tables 'summary', 'countries' and 'ties', not 'runs'"),
        ({"table": "ties", "columns": ["trad"]}, "did you mean 'trade'"),
        ({"table": "ties", "columns": ["run"]}, "has no column 'run'"),
        ({"table": "ties", "measures": ["trade"]}, r"of 'ties' choose columns=\[…\]"),
        ({"table": "ties", "partner": "ATL"}, "no partner 'ATL'; there is CHN, IND, RUS, USA"),
        ({"table": "countries", "partner": "USA"}, "by point, .* country, not by 'partner'"),
        ({"table": "ties", "year": 1999}, "no year 1999"),
        ({"table": "ties", "point": [0, 9]}, "no point 9; there is 0, 1, 2, 3"),
        ({"columns": ["q40"]}, "has no column 'q40'"),
        ({"measures": ["treat"]}, "no measure 'treat'; did you mean 'threat'"),
        ({"measures": ["trade:ATL"]}, "did you mean 'trade:"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(mixed, options, telling):
    with pytest.raises(ResultError, match=telling):
        mixed.to_xarray(**options)


@pytest.mark.parametrize("table", ["ties", "summary"])
def test_what_would_not_fit_is_refused_with_its_size(mixed, table):
    arrays = mixed.to_xarray(table)
    others = {"status", "runs_done", "runs_failed"}
    size = sum(arrays[name].nbytes for name in set(arrays.data_vars) - others)
    xr.testing.assert_identical(mixed.to_xarray(table, limit=size), arrays)
    way = "columns" if table == "ties" else "measures"
    told = f"{memory.in_words(size)}, for .* variables over .*limit is .*\n.*{way}=.*year=.*batches"
    with pytest.raises(ResultError, match=told):
        mixed.to_xarray(table, limit=size - 1)


def test_the_memory_that_is_free_is_some_and_not_all():
    import psutil

    assert 0 < memory.free() <= psutil.virtual_memory().total
    assert [memory.in_words(n) for n in (0, 999, 1234, 5e7, 1.5e9, 2e13)] == [
        *("0 bytes", "999 bytes", "1.23 kB", "50 MB", "1.5 GB", "20 TB")
    ]


def test_without_the_library_one_line_says_how_to_get_it(mixed, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(ResultError, match=r'pip install "\.\[xarray\]"'):
        mixed.to_xarray()


def test_a_result_without_a_single_run_is_all_empty(folder):
    results = swept(folder, BROKEN, "broken")
    ties = results.to_xarray("ties", columns=[], year=[2000])
    assert set(ties.data_vars) == {"status"} and (ties.status == "failed").all()
    summary = results.to_xarray()
    assert summary.runs_failed.values.tolist() == [2] and summary.sizes["year"] == 0
