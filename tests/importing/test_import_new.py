"""Imported tables in place of the panel's own: ``hedgerow new … --data``."""

from math import sqrt

import pytest
from importing.samples import imf_wide

import hedgerow
from hedgerow.errors import DataError, NewError, NoState
from hedgerow.facts.panel import shipped_panel
from hedgerow.facts.pooling import rates
from hedgerow.scenario.new import text_of_new

POWERS = {"USA": 2, "CHN": 710, "RUS": 365}


def register(name, first=1995, last=2014):
    """A register of a state that ordered from Russia each third year, and from China in 2010."""
    years = [*((year, "Russia") for year in range(first + 2, last, 3)), (2010, "China")]
    lines = [
        "SIPRI AT Database ID,Supplier,Recipient,Order date,Delivery year,TIV delivery values",
        *(f"{n},{by},{name},{at - 1},{at},20" for n, (at, by) in enumerate(years)),
    ]
    return (f'"Deals with deliveries made for the year range {first} to {last}"\n') + "\n".join(
        lines
    )


def points(code, year=2014):
    """Ideal points of a state, by its number in the Correlates of War, and of powers."""
    rows = {code: -0.5, **dict(zip(POWERS.values(), (2.5, -0.7, -0.1), strict=True))}
    lines = [f"{number},{year},{point},70" for number, point in rows.items()]
    return "ccode,year,IdealPointAll,NVotesAll\n" + "\n".join(lines) + "\n220,2014,1.4,70\n"


@pytest.fixture
def data(put, tmp_path):
    """Import texts by kind, of one state; return the folder of tables."""

    def writer(code="KAZ", **texts):
        for kind, text in texts.items():
            file = put(text, f"{kind}.csv")
            hedgerow.import_data(
                kind.replace("_", "-"), file, country=[code], out=tmp_path / "data"
            )
        return tmp_path / "data"

    return writer


def test_a_table_replaces_that_of_the_panel_for_the_state(data):
    scenario, shipped = hedgerow.new("KAZ", data=data(trade=imf_wide())), hedgerow.load("KAZ")
    rows = {number.path: number for number in scenario.provenance()}
    path = "countries.KAZ.ties.trade.{}".format
    assert rows[path("CHN")].source == (
        "external: trade_shares.csv, square root of the share of 2010 (imf)"
    )
    assert rows[path("CHN")].kind == "external"
    share = (50 + 100) / (200 + 300)  # of the sample
    assert scenario[path("CHN")].value == pytest.approx(sqrt(share), abs=1e-3)
    assert rows[path("USA")].kind == "assumption"  # a flow that the file does not know
    for same in ("position", "experience.arms", "ties.arms.RUS"):
        assert scenario[f"countries.KAZ.{same}"] == shipped[f"countries.KAZ.{same}"]
    assert "trade.csv, SHA-256" in " ".join(
        text_of_new("KAZ", data=data()).replace("\n# ", " ").split()
    )


def test_what_was_ordered_is_counted_anew_and_drawn_towards_all(data):
    folder = data(sipri=register("Kazakhstan"))
    text = text_of_new("KAZ", ["RUS", "CHN", "USA"], data=folder)
    assert "estimated: 6 programmes of 1997–2012" in text and "arms_memory.csv" in text
    (folder / "arms_memory.csv").unlink()  # it follows from the programmes
    scenario = hedgerow.new("KAZ", data=folder)
    known = rates(shipped_panel())["KAZ"]
    assert 6 / 16 < scenario["countries.KAZ.programmes.arms"].value < known.value
    ties = {one: scenario[f"countries.KAZ.ties.arms.{one}"] for one in ("RUS", "CHN", "USA")}
    assert ties["RUS"] > ties["CHN"] > ties["USA"] == 0.0
    assert ties["RUS"] + ties["CHN"] == pytest.approx(1.0, abs=0.002)


def test_a_state_that_is_not_in_the_panel_joins_it(data, tmp_path):
    folder = data("ZMB", sipri=register("Zambia"), ideal_points=points(551))
    partners = ["RUS", "CHN", "USA", "EU"]
    scenario = hedgerow.new("Zambia", partners, data=folder, out=tmp_path / "zambia.toml")
    assert scenario.countries == ("ZMB",) and scenario["partners.EU.position"] == 1.4
    assert scenario["countries.ZMB.position"] == -0.5
    assert hedgerow.check(tmp_path / "zambia.toml").strictly_good
    run = hedgerow.run(scenario.replace({"time.end": 2015}), runs=2, workers=1, progress=False)
    assert not run.manifest["runs_failed"]
    with pytest.raises(NewError, match=r"un_ideal_points\.csv has no ideal point of JPN in 2014"):
        hedgerow.new("ZMB", [*partners, "JPN"], data=folder)
    with pytest.raises(NoState, match="not among the states"):
        hedgerow.new("ZMB")


HEAD = "# source: trade (IMF): a.csv\ncountry,partner,year,share,coverage,source\n"


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        (None, "no table in it that can be used"),
        ("country,partner\n", "no table that was imported"),
        (HEAD.replace("share", "part"), "unknown column 'part'; expected: country, partner"),
        (HEAD.replace(",coverage", ""), "column 'coverage' is missing"),
        (HEAD + "UZB,RUS,2010,0.1,,imf\n", "nothing of Kazakhstan (KAZ) in it"),
        (HEAD + "KAZ,RUS,2015,0.1,,imf\n", ":3: 2015 is after 2014"),
        (HEAD + "KAZ,RUS,2010,1.1,,imf\n", ":3: 1.1 is out of range"),
        (HEAD + "KAZ,RSU,2010,0.1,,imf\n", ":3: 'RSU' is unknown"),
        (HEAD + "KAZ,RUS,2010,0.1,,imf\n" * 2, ":4: KAZ, RUS, 2010, imf is there already"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path, text, telling):
    if text is not None:
        (tmp_path / "trade_shares.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        hedgerow.new("KAZ", data=tmp_path)
    assert telling in str(caught.value)


def test_years_without_a_register_are_not_years_without_orders(data):
    folder = data(sipri=register("Kazakhstan", 2003))
    with pytest.raises(DataError, match="covers 2003 to 2014"):
        hedgerow.new("KAZ", data=folder)
    (folder / "arms_deliveries.csv").unlink()
    with pytest.raises(DataError, match="must stand beside it"):
        hedgerow.new("KAZ", data=folder)


def test_a_state_outside_the_panel_needs_figures_and_a_power_is_none(data):
    folder = data(trade=imf_wide())
    with pytest.raises(DataError, match=r"needs un_ideal_points\.csv and arms_programmes\.csv"):
        hedgerow.new("ZMB", data=folder)
    with pytest.raises(NoState, match="is a power"):
        hedgerow.new("RUS", data=folder)
    with pytest.raises(DataError, match="no such folder"):
        hedgerow.new("KAZ", data=folder / "nowhere")
