"""``hedgerow import``."""

import pytest
from importing import samples

import hedgerow


@pytest.fixture
def register(here):
    """A register of arms, in the current folder."""
    path = here / "register.csv"
    path.write_text(samples.SIPRI_DELIVERIES, encoding="utf-8")
    return path.name


def test_tables_are_written_and_told(call, here, register):
    done = call("import", "sipri", register, "--country", "VNM,KAZ", "--partner", "RUS")
    assert done.code == 0
    assert done.out.splitlines()[0] == "arms_deliveries: 12 rows, 2 states, 2001 to 2007"
    assert done.out.splitlines()[-1] == "data"
    assert done.err.startswith("note: 1 row left out")
    written = (here / "data" / "arms_deliveries.csv").read_text(encoding="utf-8").splitlines()
    assert written[0].startswith("# source: sipri (deliveries): register.csv, SHA-256 ")
    assert written[1] == "country,partner,window_start,window_end,share,total_tiv_m"
    assert "VNM,RUS,2001,2005,0.75,80.0" in written and "KAZ,RUS,2001,2005,,0.0" in written


def test_it_does_what_python_does(call, here, register):
    assert call("import", "sipri", register, "--out", "one").code == 0
    hedgerow.import_data("sipri", register, out="other")
    for path in (here / "one").iterdir():
        assert path.read_bytes() == (here / "other" / path.name).read_bytes()


def test_columns_of_ones_own_table(call, here):
    (here / "gas.csv").write_text(samples.OWN, encoding="utf-8")
    columns = "country=state, partner=with,year=when,value=gas"
    assert call("import", "own", "gas.csv", "--columns", columns).code == 0
    assert "VNM,RUS,2010,0.25" in (here / "data" / "own_gas.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "telling"),
    [
        (("sipr", "register.csv"), "'sipr' is not one of"),
        (("sipri",), "FILE"),
        (("sipri", "none.csv"), "none.csv: No such file"),
        (("sipri", "."), "Is a directory"),
        (("gdp", "register.csv"), "register.csv: no line of the first 100"),
        (("sipri", "register.csv", "--country", "Kazakhstann"), "did you mean Kazakhstan?"),
        (("sipri", "register.csv", "--columns", "a=b"), "columns are told for kind 'own' alone"),
        (("own", "register.csv", "--columns", "country"), "--columns 'country': expected"),
        (("own", "register.csv", "--columns", "year=a,year=b"), "each once"),
        (("sipri", "register.csv", "--out", "register.csv"), "register.csv"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(refused, register, words, telling):
    refused("import", *words, telling=telling)


def test_a_table_that_is_there_stays(call, refused, here, register):
    assert call("import", "sipri", register).code == 0
    before = (here / "data" / "arms_deliveries.csv").read_bytes()
    refused("import", "sipri", register, "--country", "VNM", telling="or --force to replace it")
    assert (here / "data" / "arms_deliveries.csv").read_bytes() == before
    assert call("import", "sipri", register, "--country", "VNM", "--force").code == 0
    assert (here / "data" / "arms_deliveries.csv").read_bytes() != before
