"""The panel: every cell is what its dictionary says, and what is not is told with its place."""

import csv
import doctest
import pickle
import re
import shutil
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from hedgerow.cli.errors import report
from hedgerow.errors import EvidenceError, PanelError
from hedgerow.facts import Evidence, classify, load_evidence, reference
from hedgerow.facts.dictionary import read_dictionary
from hedgerow.facts.panel import Panel, panel
from hedgerow.files import folder

SHIPPED = folder("seeds") / "panel"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "panel.md"


@pytest.fixture(scope="module")
def known() -> Panel:
    """The shipped panel."""
    return panel()


def cells(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table, as they stand in its file."""
    with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# what is shipped -------------------------------------------------------------------------------


def test_every_cell_is_read_as_it_stands(known):
    written = tomllib.loads((SHIPPED / "panel.toml").read_text(encoding="utf-8"))
    assert {path.stem for path in SHIPPED.glob("*.csv")} == set(known.tables)
    for table in written["tables"]:
        rows, columns = cells(table["name"]), known.columns(table["name"])
        assert list(rows[0]) == list(columns) == [one["name"] for one in table["columns"]]
        assert len({tuple(row[name] for name in table["key"]) for row in rows}) == len(rows)
        for column in table["columns"]:
            read = columns[column["name"]].tolist()
            kind = column["kind"]
            for row, value in zip(rows, read, strict=True):
                cell = row[column["name"]]
                if kind in ("text", "date", "state"):
                    assert value == cell
                else:
                    assert np.isnan(value) if cell == "" else value == float(cell)
                assert cell or column["empty"]


def test_nothing_is_later_than_2014(known):
    for name, table in known.tables.items():
        assert table.as_of == 2014
        for row in cells(name):
            years = [cell[:4] for cell in row.values() if re.fullmatch(r"\d{4}(-.*)?", cell)]
            assert not years or max(years) <= "2014"
    assert "2015" not in {year for row in cells("un_rollcalls") for year in row["date"].split("-")}


def test_files_are_small_text(known):
    files = [*SHIPPED.iterdir()]
    assert sum(file.stat().st_size for file in files) < 1_200_000
    assert all(b"\r" not in file.read_bytes() for file in files)


def test_all_states_are_there(known):
    hedgers, partners = known.states(), known.states("partner")
    assert len(hedgers) == 49 and {"VNM", "IND", "HUN", "TLS"} <= set(hedgers)
    assert set(partners) == {"RUS", "CHN", "USA", "JPN", "IND", "KOR", "AUS", "TUR", "ISR"}
    assert len(known.states("EU28")) == 28 and {"GBR", "HRV"} <= set(known.states("EU28"))
    for name in ("arms_deliveries", "arms_memory", "un_agreement", "un_votes", "trade_shares"):
        assert set(known.columns(name)["country"]) == set(hedgers)
    with pytest.raises(ValueError, match="role must be one of hedger, partner and EU28"):
        known.states("hedgers")


def test_no_state_is_its_own_partner(known):
    eu = {"EU", "DEU+FRA+GBR"}
    for name in ("arms_deliveries", "arms_memory", "arms_programmes", "trade_shares"):
        table = known.frame(name)
        assert not (table["country"] == table["partner"]).any()
        # Hungary deals with an EU from which it is left out; no other member hedges.
        assert set(table["country"]) & set(known.states("EU28")) == {"HUN"}
        assert eu & set(table.loc[table["country"] == "HUN", "partner"])


# sums and properties ---------------------------------------------------------------------------


def test_shares_of_deliveries_sum_to_1_where_there_are_any(known):
    table = known.frame("arms_deliveries")
    assert (table["window_end"] - table["window_start"] == 4).all()
    windows = table.groupby(["country", "window_start"])
    assert (windows["total_tiv_m"].nunique() == 1).all()
    some = windows["total_tiv_m"].first() > 0
    sums, counted = windows["share"].sum(), windows["share"].count()
    assert np.allclose(sums[some], 1.0, atol=6e-4)  # of eleven shares of four digits
    assert (counted[~some] == 0).all() and (counted[some] == windows.size()[some]).all()
    assert 0 < (~some).sum() < some.sum()


def test_what_is_remembered_follows_from_the_programmes(known):
    memory = known.frame("arms_memory").set_index(["country", "end_of_year", "partner"])
    orders = known.frame("arms_programmes")
    totals = memory["memory_n"].groupby(["country", "end_of_year"]).first()
    shares = memory["memory_share"].groupby(["country", "end_of_year"])
    assert np.allclose(shares.sum()[totals > 0], 1.0, atol=6e-4)
    for end in (1999, 2004, 2009, 2014):
        past = orders[orders["order_year"] <= end]
        weight = np.sqrt(np.exp(past["ln_size"]) / 32) * np.exp(-0.1 * (end - past["order_year"]))
        found = weight.groupby([past["country"], past["partner"]]).sum()
        total = found.groupby("country").sum()
        told = totals.xs(end, level="end_of_year")
        assert set(total.index) == set(told[told > 0].index)
        assert np.allclose(total, told[total.index], rtol=0.03, atol=0.01)
        share = (found / total).rename_axis(["country", "partner"])
        same = memory["memory_share"].xs(end, level="end_of_year")[share.index]
        assert np.allclose(share, same, atol=0.02)


def test_shares_of_trade_leave_room_for_others(known):
    table = known.frame("trade_shares")
    sums = table.groupby(["source", "country", "year"])["share"].sum()
    assert (sums < 1.0).all()
    years = table.groupby("source")["year"].unique()
    assert sorted(years["unctad"]) == [1995, 2005]
    assert sorted(years["comtrade4"]) == [1996, 2000, 2004, 2008, 2012]
    assert sorted(years["tradhist"]) == list(range(1995, 2015))
    assert set(table.loc[table["source"] == "tradhist", "partner"]) == {"USA", "DEU+FRA+GBR"}


def test_sources_of_trade_differ_as_the_notes_say(known):
    table = known.frame("trade_shares")
    usa = table[table["partner"] == "USA"].set_index(["country", "year", "source"])["share"]
    usa = usa.unstack("source")
    for source in ("unctad", "comtrade4"):
        apart = (usa[source] - usa["tradhist"]).dropna()
        assert 0.02 < np.sqrt((apart**2).mean()) < 0.03
        assert 0.08 < apart.abs().max() < 0.13
    reported = set(table.loc[table["source"] == "comtrade4", "country"])
    assert len(set(known.states()) - reported) == 10
    assert not reported & {"SAU", "KWT", "ARE", "QAT"}


def test_agreement_is_a_share_of_counted_votes(known):
    table = known.frame("un_agreement")
    assert table["agreement"].dropna().between(0.0, 1.0).all()
    assert (table["agreement"].isna() == (table["n"] == 0)).all()
    iraq = table[table["country"] == "IRQ"]
    assert ((iraq["n"] == 0) == (iraq["year"] <= 2003)).all()
    few = table[table["set"] != "all"]
    assert {*few["set"] + " " + few["partner"]} == {
        *("usa_rus USA", "usa_rus RUS", "usa_chn USA", "usa_chn CHN")
    }
    # Where the two differ, who abstains is half with each, and who votes stands with one at least.
    pairs = few.groupby(["country", "year", "set"])["agreement"].sum(min_count=2).dropna()
    assert pairs.between(0.5, 1.5).all()


def test_votes_are_on_known_roll_calls_and_powers_agree_with_both_tables(known):
    calls = known.frame("un_rollcalls").set_index("resolution")
    votes = known.frame("un_votes")
    assert set(votes["resolution"]) == set(calls.index)
    india = votes[votes["country"] == "IND"].set_index("resolution")["vote"]
    assert (india == calls["IND"][india.index]).all() and len(india) == len(calls)
    assert (calls["EU_unity"] > 0.5).all()
    early = calls["date"].str.len() == 7
    assert (early == (calls["date"] < "2003")).all()
    assert ((calls["subject"] == "none") == calls["yes_hits_subject"].isna()).all()


def test_shares_of_the_world_hang_together(known):
    table = known.frame("partners")
    sizes = {"gdp_usd_bn": "gdp_share_world", "arms_exports_tiv_m": "arms_exports_share_world"}
    for size, share in sizes.items():
        worlds = (table[size] / table[share]).where(table[share] > 0.02)
        spread = worlds.groupby(table["year"]).agg(lambda one: one.max() / one.min())
        assert (spread < 1.01).all()  # the same world in each year, but for rounding
    sums = table.groupby("year")[[*sizes.values(), "trade_share_world"]].sum()
    assert ((sums > 0.6) & (sums < 1.0)).all(axis=None)


# some values by hand ---------------------------------------------------------------------------


def test_some_values_are_those_of_the_sources(known):
    arms = known.frame("arms_deliveries").set_index(["country", "partner", "window_start"])
    assert arms["share"]["VNM", "RUS", 2010] == 0.9262
    assert arms["total_tiv_m"]["VNM", "RUS", 2010] == 3544.3
    votes = known.frame("un_votes").set_index(["resolution", "country"])["vote"]
    assert (votes["68/262", "UKR"], votes["68/262", "VNM"], votes["68/262", "IND"]) == (
        *("Y", "A", "A"),
    )
    states = known.frame("states").set_index("iso3")
    assert states.loc["VNM", ["cow_code", "gw_code"]].tolist() == [816, 816]
    assert states.loc["SRB", ["cow_code", "gw_code"]].tolist() == [345, 340]
    assert states.loc["DEU", ["cow_code", "gw_code"]].tolist() == [255, 260]
    points = known.frame("un_ideal_points").set_index(["year", "country"])["ideal_point"]
    members = points[2014][["DEU", "FRA", "GBR", "HUN"]]
    assert members.min() < points[2014, "USA"] and points[2014, "RUS"] < points[2014, "EU"]


def test_every_embargo_names_its_source_and_few_orders_break_it(known):
    table = known.frame("embargoes")
    assert table["source"].str.len().min() > 10 and set(table["country"]) <= set(known.states())
    ended = table.dropna(subset="last_year")
    assert (ended["first_year"] <= ended["last_year"]).all()
    assert set(table.loc[table["last_year"].isna(), "country"]) == {
        "ARM",
        "AZE",
        "BLR",
        "MMR",
        "SDN",
    }
    orders = known.frame("arms_programmes")
    for row in table[table["by"] == "EU"].itertuples():
        last = 2014 if np.isnan(row.last_year) else row.last_year
        inside = orders["order_year"].between(row.first_year + 1, last - 1)
        of_eu = (orders["country"] == row.country) & (orders["partner"] == "EU")
        # EU is the later 28 members, of whom few were bound in the nineties.
        assert (inside & of_eu).sum() <= 4, row


def test_what_is_not_in_the_sources_is_not_here(known):
    calls = set(known.columns("un_rollcalls")["resolution"])
    assert "63/307 (motion)" in calls and "66/253" in calls
    assert not {"63/307", "66/253 B", "66/283", "67/262", "67/268"} & calls
    votes = known.frame("un_votes").merge(known.frame("un_rollcalls"), on="resolution")
    iraq = votes[votes["country"] == "IRQ"]
    assert ((iraq["vote"] == "") == (iraq["date"] < "2004")).all()
    first = votes.groupby("country")["date"].min()
    assert first["TLS"] >= "2002" and first["SRB"] >= "2000-11"


# faults are told -------------------------------------------------------------------------------

FAULTS = [
    ("arms_deliveries", 7, "59.52", "-1", "total_tiv_m -1 is out of range; expected: a number"),
    ("arms_deliveries", 9, "BRN", "BRX", "country 'BRX' is unknown; expected: a code of states"),
    ("arms_deliveries", 11, "1999", "2015", "window_end 2015 is after 2014, the last year"),
    ("arms_memory", 4, "0.2637", "1.2637", "memory_share 1.2637 is out of range; expected: a"),
    ("arms_programmes", 5, ",2\n", ",2.5\n", "lag_years '2.5' is no number; expected: a whole"),
    ("partners", 3, "391.7", "nan", "gdp_usd_bn 'nan' is no number"),
    ("partners", 6, "0.006,", ",", "gdp_share_world is empty; expected: a number from 0 to 1"),
    ("trade_shares", 8, "comtrade4", "comtrade", "source 'comtrade' is unknown; expected: unctad"),
    ("un_agreement", 3, "AUS,1996", "AUS,1995", "AGO, AUS, 1995, all is there already, in line 2"),
    ("un_ideal_points", 5, ",76", ",76,1", "5 cells; expected: 4"),
    ("un_rollcalls", 4, "1996-12", "1996-13", "date '1996-13' is no date; expected: a year,"),
    ("un_rollcalls", 12, "1996-12", "2015-01", "date 2015-01 is after 2014, the last year"),
    ("un_votes", 1, "vote", "voted", "unknown column 'voted'; expected: country, resolution, vote"),
    ("un_votes", 1, "vote", "voted", "column 'vote' is missing"),
]


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the panel that a test may spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "panel"))


def test_all_faults_of_all_tables_are_told_with_file_and_line(copy, capsys):
    for name, number, old, new in dict.fromkeys(fault[:4] for fault in FAULTS):
        file = copy / f"{name}.csv"
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        assert old in lines[number - 1], (name, lines[number - 1])
        lines[number - 1] = lines[number - 1].replace(old, new)
        file.write_text("".join(lines), encoding="utf-8")
    (copy / "alliances.csv").write_text("country\n", encoding="utf-8")
    with pytest.raises(PanelError) as caught:
        panel(copy)
    expected = [f"panel/{name}.csv:{number}: {told}" for name, number, _, _, told in FAULTS]
    expected.append("panel/alliances.csv: no table of panel.toml; describe it there")
    told = list(caught.value.problems)
    assert len(told) == len(expected)
    for start in expected:
        assert [one for one in told if one.startswith(start)], (start, told)
    assert str(caught.value) == "\n".join(told)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems
    assert report(caught.value, debug=False) == 2
    printed = capsys.readouterr().err.splitlines()
    assert printed == [*told, f"error: {len(told)} problems in the panel; nothing was done"]


def test_what_cannot_be_read_is_told(copy):
    (copy / "partners.csv").unlink()
    (copy / "un_votes.csv").write_bytes(b"country,resolution,vote\nAGO,51/17,\xff\n")
    with (copy / "arms_memory.csv").open("a", encoding="utf-8") as file:
        file.write('"AGO"x,RUS,1999,,0.0\n')
    (copy / "trade_shares.csv").write_text("", encoding="utf-8")
    with pytest.raises(PanelError) as caught:
        panel(copy)
    told = "\n".join(caught.value.problems)
    assert "panel/partners.csv: no such file" in told
    assert "panel/un_votes.csv: is not UTF-8" in told
    assert re.search(r"panel/arms_memory\.csv:2150: not CSV: ", told)
    assert told.count("panel/trade_shares.csv:1: column ") == 6


def test_many_faults_of_one_file_are_counted_and_a_lost_list_of_states_is_told_alone(copy):
    file = copy / "un_votes.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",Y\n", ",y\n"), encoding="utf-8")
    with pytest.raises(PanelError) as caught:
        panel(copy)
    count = sum(row["vote"] == "Y" for row in cells("un_votes"))
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == f"panel/un_votes.csv: … and {count - 20} more"
    (copy / "states.csv").unlink()
    with pytest.raises(PanelError) as caught:
        panel(copy)
    assert caught.value.problems == ("panel/states.csv: no such file",)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('kind = "state", meaning', 'kind = "nation", meaning', "column 1: kind must be one of"),
        ('unit = "roll calls", low = 0, ', 'unit = "roll calls", ', "a number needs a range"),
        ('name = "set", kind', 'name = "year", kind', "column 'year' is there twice"),
        ('row = "a partner and a year"\n', "", "table partners: missing key 'row'"),
        ('external = "panel-partners"', 'external = "panel-states"', "used twice"),
        ('external = "panel-partners"', 'external = "partners"', "must be in kebab case"),
        ('key = ["partner", "year"]', 'key = ["partner", "yaer"]', "key: 'yaer' is unknown"),
        ('"sipri", "cow-trade"]', '"sipre", "cow-trade"]', "sources: 'sipre' is unknown"),
        ("years = [1962, 2014]", "years = [1962, 2015]", "years must rise, and end by as_of"),
        ("years = [1962, 2014]", "years = [1962]", "years must be two years"),
        ('vintage = "4.0"', 'vintage = "4.0"\nurl = "x"', "cow-trade: unknown key 'url'"),
        ('read = "2026-11-29"', 'read = "yesterday"', "sipri: read 'yesterday'"),
        ('kind = "text", meaning', 'kind = "text", unit = "m", meaning', "neither range nor unit"),
        ('name = "states"', 'name = "nations"', "no table states"),
    ],
)
def test_a_dictionary_that_is_not_right_is_refused(tmp_path, old, new, problem):
    text = (SHIPPED / "panel.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "panel.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EvidenceError, match=problem):
        read_dictionary(file)


def test_an_unknown_table_is_refused_by_name(known):
    with pytest.raises(ValueError, match=r"no table 'votes', but states, .*un_votes"):
        known.frame("votes")


def test_arrays_cannot_be_written_to(known):
    with pytest.raises(ValueError, match="read-only"):
        known.columns("partners")["year"][0] = 2015
    assert known.columns("un_ideal_points")["n_votes"].dtype == np.float64
    assert known.columns("partners")["year"].dtype == np.int64


# where it is told ------------------------------------------------------------------------------


def test_a_number_may_name_a_table_as_its_source(known, evidence: Evidence):
    for table in known.tables.values():
        found = classify(f"external: {table.external}, Vietnam", evidence)
        assert (found.kind, found.external) == ("external", table.external)
        assert evidence.externals[table.external].as_of == 2014


def test_a_table_cannot_take_the_id_of_another_source(seeds: Path):
    shutil.copytree(SHIPPED, seeds / "panel")
    assert "panel-partners" in load_evidence(seeds).externals
    file = seeds / "external.toml"
    file.write_text(file.read_text().replace("a-register-2014", "panel-partners"))
    with pytest.raises(EvidenceError, match=r"panel\.toml: panel-partners: this id is used twice"):
        load_evidence(seeds)


def test_the_page_is_up_to_date():
    text = PAGE.read_text(encoding="utf-8")
    dictionary = read_dictionary(SHIPPED / "panel.toml")
    told = "run: python -m hedgerow.facts.reference"
    assert reference.updated(text, dictionary) == text, told
    with pytest.raises(ValueError, match="no place"):
        reference.updated("# The panel\n", dictionary)


def test_the_example_runs():
    found = doctest.testmod(sys.modules["hedgerow.facts.panel"])
    assert found.attempted >= 5 and found.failed == 0
