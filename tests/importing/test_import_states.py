"""The dated table of state codes, and the traps that such tables have."""

import csv
import itertools

import pytest
from places import ROOT

from hedgerow.errors import UnknownState
from hedgerow.facts import states

PANEL = list(csv.DictReader((ROOT / "seeds" / "panel" / "states.csv").open(encoding="utf-8")))


@pytest.mark.parametrize(
    ("name", "year", "by", "code"),
    [
        (816, 1980, "cow", "VNM"),
        (817, 1970, "cow", "RVN"),
        (816, 1980, "gw", "VNM"),
        (678, 1980, "cow", "YEM"),
        (679, 2000, "cow", "YEM"),
        (680, 1980, "cow", "YMD"),
        (678, 2000, "gw", "YEM"),
        (255, 2000, "cow", "DEU"),
        (260, 1980, "cow", "DEU"),
        (260, 2000, "gw", "DEU"),
        (265, 1980, "cow", "DDR"),
        (345, 1980, "cow", "YUG"),
        (345, 2000, "cow", "SRB"),
        (345, 2010, "cow", "SRB"),
        (345, 2000, "gw", "SRB"),
        (340, 2010, "gw", "SRB"),
        (365, 1980, "cow", "RUS"),
        ("USSR", 1980, "name", "RUS"),
        ("Soviet Union", None, "name", "RUS"),
        ("Russian Federation", 2000, "name", "RUS"),
        ("Viet Nam", None, "name", "VNM"),
        ("VIET NAM", 1980, "name", "VNM"),
        ("Vietnam, Republic of", 1970, "name", "RVN"),
        ("Türkiye", None, "name", "TUR"),
        ("TÜRKİYE", None, "name", "TUR"),
        ("Turkey", None, "name", "TUR"),
        ("Türkiye, Rep of", None, "name", "TUR"),
        ("China, P.R.: Hong Kong", None, "name", "HKG"),
        ("Hong Kong SAR, China", None, "name", "HKG"),
        ("China, P.R.: Mainland", None, "name", "CHN"),
        ("China, People's Republic of", None, "name", "CHN"),
        ("Republic of China", None, "name", "TWN"),
        ("Taiwan Province of China", None, "name", "TWN"),
        (490, 2000, "un", "TWN"),
        (842, 2000, "un", "USA"),
        ("004", 2000, "un", "AFG"),
        ("Sudan", 2005, "name", "SDN"),
        ("South Sudan", 2012, "name", "SSD"),
        (736, 2005, "un", "SDN"),
        ("Korea, Rep.", None, "name", "KOR"),
        ("Korea, Dem. People's Rep. of", None, "name", "PRK"),
        ("DR Congo", None, "name", "COD"),
        ("Congo, Dem. Rep. of the", None, "name", "COD"),
        ("Congo, Rep. of", None, "name", "COG"),
        ("CÔTE D'IVOIRE", None, "name", "CIV"),
        ("Niger", None, "name", "NER"),
        ("Nigeria", None, "name", "NGA"),
        ("Guinea", None, "name", "GIN"),
        ("YUG", None, "name", "YUG"),
        ("Yugoslavia", 1980, "name", "YUG"),
        ("Yugoslavia", 2000, "name", "SRB"),
        ("Belgium-Luxembourg", 1990, "name", "BEL"),
        ("European Union", None, "name", "EU"),
    ],
)
def test_the_known_traps(name, year, by, code):
    assert states.find(name, year, by=by).code == code


def test_a_state_of_two_periods_is_one_code_with_two_names():
    assert states.find("SDN", 2005).name == "Sudan (with the south)"
    assert states.find("SDN").name == "Sudan"
    assert states.find("DEU", 1980).cow == 260 and states.find("DEU").cow == 255


def test_the_union_has_28_members_and_the_united_kingdom_is_one():
    assert len(states.eu28()) == 28 and "GBR" in states.eu28() and "TUR" not in states.eu28()


@pytest.mark.parametrize(
    ("name", "year", "by", "said"),
    [
        ("Kazakstann", None, "name", "did you mean Kazakstan?"),
        (
            "South Sudan",
            2005,
            "name",
            "no South Sudan in 2005; South Sudan begins in 2011",
        ),
        ("Soviet Union", 1995, "name", "Soviet Union lasted from 1922 to 1991"),
        (999, None, "cow", "'999' is no number of a state by 'cow'"),
        ("", None, "name", "unknown state ''"),
        ("Atlantis\x1b[2J", None, "name", "unknown state 'Atlantis[2J'"),
        ("x" * 10**6, None, "name", "unknown state"),
    ],
)
def test_what_is_unknown_is_told(name, year, by, said):
    with pytest.raises(UnknownState, match=r".") as caught:
        states.find(name, year, by=by)
    assert said in str(caught.value) and len(str(caught.value)) < 300


def test_a_name_or_number_means_one_state_in_each_year():
    for one, other in itertools.combinations(states.all_states(), 2):
        if one.code == other.code:
            continue
        shared = {states.key(n) for n in (one.code, one.name, *one.names)} & {
            states.key(n) for n in (other.code, other.name, *other.names)
        }
        shared |= {n for n in (one.cow,) if n and n == other.cow}
        shared |= {n for n in (one.gw,) if n and n == other.gw}
        shared |= set(one.un) & set(other.un)
        both = [year for year in range(1946, 2030) if one.covers(year) and other.covers(year)]
        assert not (shared and both), (one, other, shared)


@pytest.mark.parametrize("row", PANEL, ids=[row["iso3"] for row in PANEL])
def test_it_agrees_with_the_panel(row):
    now = states.find(row["iso3"])
    assert (str(now.cow), str(now.gw)) == (row["cow_code"], row["gw_code"])
    assert now.eu28 == ("EU28" in row["role"])
    for name in (row["name"], row["un_votes_name"], row["sipri_name"]):
        assert states.find(name, 2000 if row["iso3"] != "TLS" else 2002).code == row["iso3"]
