"""Every layout that registers export comes out as the same tidy table, worked out by hand."""

import math

import numpy as np
import pandas as pd
import pyreadr
import pytest
from importing import samples

import hedgerow
from hedgerow.facts.importers.stored import read_imported


def rows(table, **where):
    """Return the rows of a table that have these values, as lists."""
    for name, value in where.items():
        table = table[table[name] == value]
    return table.drop(columns=list(where)).values.tolist()


def value(table, column, **where):
    """Return the one value of a column in the row that has these values."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    (found,) = table[column].tolist()
    return found


WINDOWS = {2001: (80.0, 0.75, 0.0, 0.25), 2002: (100.0, 0.6, 0.1, 0.3),
           2003: (70.0, 0.4286, 0.1429, 0.4286)}  # fmt: skip
"""TIV of Vietnam's windows by first year, and shares of Russia, EU and all others."""


@pytest.mark.parametrize("text", samples.ALL["sipri"])
def test_arms_deliveries_of_each_window(read, text):
    arms = read("sipri", text, country=["VNM"]).tables()["arms_deliveries"]
    assert list(arms.columns) == [
        "country", "partner", "window_start", "window_end", "share", "total_tiv_m",
    ]  # fmt: skip
    assert sorted(set(arms["window_start"])) == sorted(WINDOWS)
    for start, (total, *shares) in WINDOWS.items():
        for partner, share in zip(("RUS", "EU", "other"), shares, strict=True):
            where = {"window_start": start, "partner": partner}
            assert value(arms, "share", **where) == share
            assert value(arms, "total_tiv_m", **where) == total
            assert value(arms, "window_end", **where) == start + 4
        assert value(arms, "share", window_start=start, partner="CHN") == 0.0


@pytest.mark.parametrize(
    "text", [samples.SIPRI_DELIVERIES, samples.SIPRI_SCREEN, samples.SIPRI_REGISTER]
)
def test_orders_of_each_supplier(read, text):
    orders = read("sipri", text, country=["VNM"]).tables()["arms_programmes"]
    assert rows(orders, country="VNM", partner="RUS") == [[2000, round(math.log(60), 1), 2]]
    assert rows(orders, country="VNM", partner="other") == [[2001, 3.0, 2], [2004, 2.3, 2]]


def test_what_is_remembered_of_orders(read):
    memory = read("sipri", samples.SIPRI_SCREEN).tables()["arms_memory"]
    russia = math.sqrt(60 / 32) * math.exp(-0.4)  # ordered in 2000
    other = math.sqrt(20 / 32) * math.exp(-0.3) + math.sqrt(10 / 32)  # in 2001 and 2004
    total = russia + other + math.sqrt(10 / 32)
    assert rows(memory, country="VNM", partner="RUS") == [
        [2004, round(russia / total, 4), round(total, 2)]
    ]
    assert value(memory, "memory_share", partner="other") == round(other / total, 4)


def test_what_is_remembered_of_a_supplier_depends_on_no_partner(read):
    others = samples.SIPRI_SCREEN.replace(";2000;", ";2001;") + (
        "5;Germany;Viet Nam;X-5;sensor;Sensors;2004;No;2;No;2006;No;New;5;5;30;No\n"
        "6;Belarus;Viet Nam;X-6;sensor;Sensors;2001;No;2;No;2006;No;New;5;5;30;No\n"
    )

    def memory(*partners):
        table = read("sipri", others, partner=partners).tables()["arms_memory"]
        return {row.partner: (row.memory_share, row.memory_n) for row in table.itertuples()}

    panel = memory()
    russia, rest = math.sqrt(60 / 32) * math.exp(-0.3), math.sqrt(50 / 32) * math.exp(-0.3)
    union, unknown = math.sqrt(40 / 32), math.sqrt(10 / 32)
    total = russia + rest + union + unknown
    assert panel["RUS"] == (round(russia / total, 4), round(total, 2))
    assert panel["EU"][0] == round(union / total, 4)
    assert panel["other"][0] == round((rest + unknown) / total, 4)
    for partners in (("RUS",), ("RUS", "UKR"), ("RUS", "DEU"), ("RUS", "EU", "BLR", "UKR")):
        assert memory(*partners)["RUS"] == panel["RUS"]
    assert memory("DEU")["DEU"][0] == round(union * 30 / 40 / total, 4)
    assert memory("BLR")["BLR"][0] == round(rest * 30 / 50 / total, 4)


def test_a_window_without_deliveries_has_no_shares(read):
    arms = read("sipri", samples.SIPRI_DELIVERIES).tables()["arms_deliveries"]
    first = arms[(arms["country"] == "KAZ") & (arms["window_start"] == 2001)]
    assert first["share"].isna().all() and (first["total_tiv_m"] == 0.0).all()


def test_each_member_of_eu_is_left_out_of_its_own_share(read):
    text = samples.SIPRI_SCREEN.replace("Viet Nam", "Hungary").replace("Ukraine", "Hungary")
    arms = read("sipri", text).tables()["arms_deliveries"]
    assert value(arms, "share", window_start=2001, partner="EU") == 0.0
    assert value(arms, "share", window_start=2001, partner="other") == 0.25


VIETNAM = {
    ("RUS", "all"): (0.8333, 3),
    ("RUS", "usa_rus"): (0.75, 2),
    ("USA", "all"): (0.5, 3),
    ("USA", "usa_rus"): (0.25, 2),
    ("USA", "usa_chn"): (0.25, 2),
    ("CHN", "all"): (0.75, 2),
    ("CHN", "usa_chn"): (0.75, 2),
    ("EU", "all"): (0.6667, 3),
}


def frame_of(text):
    """Return a table with whole numbers as R has them, in double precision."""
    lines = [line.split(",") for line in text.splitlines()]
    frame = pd.DataFrame(lines[1:], columns=lines[0])
    return frame.assign(**{n: frame[n].astype(float) for n in ("rcid", "ccode", "vote", "year")})


@pytest.mark.parametrize("form", ["csv", "rds", "RData"])
def test_agreement_by_partner_and_set(read, tmp_path, form):
    if form == "csv":
        tables = [read("un-votes", text, country=["Viet Nam"]) for text in samples.ALL["un-votes"]]
    else:
        path = tmp_path / f"votes.{form}"
        write = pyreadr.write_rds if form == "rds" else pyreadr.write_rdata
        write(str(path), frame_of(samples.voeten()))
        tables = [hedgerow.import_data("un-votes", path, country=["VNM"])]
    for imported in tables:
        table = imported.tables()["un_agreement"]
        assert list(table.columns) == ["country", "partner", "year", "set", "agreement", "n"]
        found = {(row.partner, row.set): (row.agreement, row.n) for row in table.itertuples()}
        assert found == VIETNAM and set(table["year"]) == {2001}


def test_a_tie_of_members_and_the_own_vote_do_not_count_for_eu(read):
    table = read("un-votes", samples.library(), country=["HUN"]).tables()["un_agreement"]
    assert rows(table, country="HUN", partner="EU") == [[2001, "all", 0.6667, 3]]


def test_ideal_points_of_both_layouts(read):
    for text, point, votes, eu in (
        (samples.IDEAL_ALL, -0.5, 70, 1.5),
        (samples.IDEAL_FP, -0.4, 60, 1.1),
    ):
        table = read("ideal-points", text).tables()["un_ideal_points"]
        assert rows(table, country="VNM") == [[2001, point, votes]]
        assert value(table, "ideal_point", country="EU") == eu


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (samples.imf_bulk(), "imf"),
        (samples.imf_wide(), "imf"),
        (samples.imf_sdmx(), "imf"),
        (samples.comtrade(), "comtrade"),
        (samples.old_comtrade(), "comtrade"),
    ],
)
def test_shares_of_trade_over_the_total_with_the_world(read, text, source):
    table = read("trade", text, country=["KAZ"]).tables()["trade_shares"]
    assert list(table.columns) == ["country", "partner", "year", "share", "coverage", "source"]
    shares = dict(zip(table["partner"], table["share"], strict=True))
    assert (shares["RUS"], shares["CHN"], shares["EU"]) == (0.2, 0.3, 0.07)
    assert np.isnan(shares["USA"]) and np.isnan(shares["JPN"])  # not known is not 0
    assert set(table["source"]) == {source} and set(table["year"]) == {2010}


def test_shares_of_trade_between_pairs_over_their_sum(read):
    for text in (samples.cow_dyads(), samples.gravity(), samples.baci()):
        table = read("trade", text, country=["KAZ"]).tables()["trade_shares"]
        for _, part in table.groupby("source"):
            shares = dict(zip(part["partner"], part["share"], strict=True))
            assert (shares["RUS"], shares["EU"]) == (0.339, 0.1186)
            assert np.isnan(shares["USA"])
    table = read("trade", samples.gravity(), country=["KAZ"]).tables()["trade_shares"]
    assert set(table["source"]) == {"gravity-baci", "gravity-comtrade", "gravity-imf"}


def test_totals_of_the_national_file(read):
    imported = read("trade", samples.cow_dyads(), samples.COW_NATIONAL, country=["KAZ"])
    table = imported.tables()["trade_shares"]
    assert value(table, "share", partner="RUS") == 0.2


def test_promises_of_atop(read):
    table = read("alliances", samples.ATOP).tables()["alliances"]
    assert list(table.columns) == [
        "country", "partner", "year", "defense", "offense", "neutrality", "nonaggression",
        "consultation", "n_defense",
    ]  # fmt: skip
    assert rows(table, country="KAZ", partner="RUS") == [
        [2010, 1, 0, 0, 1, 1, 1],
        [2011, 0, 0, 0, 0, 0, 0],
    ]
    assert rows(table, country="KAZ", partner="CHN", year=2011) == [[0, 0, 0, 1, 1, 0]]
    assert rows(table, country="HUN", partner="EU", year=2010) == [[1, 0, 0, 0, 1, 2]]


def test_promises_of_cow(read):
    table = read("alliances", samples.COW_ALLIANCES, country=["KAZ"]).tables()["alliances"]
    (row,) = rows(table, partner="RUS", year=2010)
    assert [row[1], *row[3:]] == [1, 0, 1, 1, 1] and np.isnan(row[2])


def test_sanctions_by_year(read):
    table = read("sanctions", samples.GSDB_CASES).tables()["sanctions"]
    assert rows(table, country="PRK", partner="JPN") == [
        [year, 1, 0, 1, 1, 0, 0] for year in (2001, 2002, 2003)
    ]
    assert rows(table, country="MMR", partner="EU") == [[2002, 1, 1, 0, 0, 1, 0]]
    assert rows(table, country="MMR", partner="UN", year=2003) == [[1, 0, 0, 0, 0, 0]]
    table = read("sanctions", samples.GSDB_DYADS).tables()["sanctions"]
    assert rows(table, country="PRK") == [["USA", 2001, 1, 1, 1, 1, 0, 0]]


def test_a_measure_that_a_case_leaves_open_is_not_known(read):
    open_ = samples.GSDB_CASES.replace("2002,2003,0,,1,0,", "2002,2003,0,,,0,", 1)
    table = read("sanctions", open_).tables()["sanctions"]
    assert math.isnan(value(table, "arms", country="MMR", partner="UN", year=2003))
    second = "5,Myanmar,UN,2003,2003,0,,{},0,0,0,0,0,1,democracy,failed\n"
    for arms, known in (("1", True), ("0", False)):
        table = read("sanctions", open_ + second.format(arms)).tables()["sanctions"]
        found = value(table, "arms", country="MMR", partner="UN", year=2003)
        assert found == 1 if known else math.isnan(found)
    none = samples.GSDB_CASES.replace(",military,", ",of_the_army,")
    table = read("sanctions", none).tables()["sanctions"]
    assert table["military"].isna().all() and table["arms"].notna().all()


@pytest.mark.parametrize("text", samples.ALL["gdp"])
def test_product_and_share_of_the_world(read, text):
    table = read("gdp", text, country=["KAZ"]).tables()["gdp"]
    assert rows(table, country="KAZ") == [[2010, 148.0, 0.0022]]
    assert "EU" not in set(table["country"])  # most members are not known


def test_a_table_of_ones_own(read):
    table = read("own", samples.OWN, columns=samples.OWN_COLUMNS).tables()["own_file0"]
    assert table.drop(columns="value").values.tolist() == [
        ["KAZ", "TUR", 2010],
        ["VNM", "RUS", 2010],
    ]
    assert table["value"].isna().tolist() == [True, False] and table["value"][1] == 0.25


@pytest.mark.parametrize("kind", samples.ALL)
def test_what_was_written_reads_back(read, tmp_path, kind):
    columns = samples.OWN_COLUMNS if kind == "own" else None
    imported = read(kind, samples.ALL[kind][0], columns=columns)
    for path in imported.save(tmp_path / "data"):
        texts, sources = read_imported(path)
        table = imported.tables()[path.stem]
        back = pd.read_csv(path, comment="#")
        pd.testing.assert_frame_equal(back, table, check_dtype=False)
        assert list(texts) == list(table.columns) and sources == imported.sources
        assert len(texts["country"]) == len(table)
