"""What is easily got wrong in files from registers is handled, or told with its line."""

import codecs
import gzip

import pytest
from importing import samples

import hedgerow
from hedgerow.errors import DataError, OutputError


def same(one, other):
    """Whether two imports hold the same tables."""
    pairs = zip(one.tables().values(), other.tables().values(), strict=True)
    return all(a.equals(b) for a, b in pairs)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("Viet Nam", "VIETNAM").encode(),
        lambda text: text.replace(";", "\t").encode(),
        lambda text: text.replace(";30;No\n", ";30,0;No\n").encode(),
        lambda text: ("a line above\n\n" + text).encode(),
        lambda text: (text + "\nSource: the register\nread it with care\n").encode(),
        lambda text: text.upper().replace("VIET NAM", "Viet Nam").encode(),
    ],
    ids=["BOM", "16", "Latin-1", "CRLF", "name", "tabs", "decimals", "above", "below", "case"],
)  # fmt: skip
def test_forms_of_a_text_that_do_not_matter(read, change):
    plain = samples.SIPRI_SCREEN.replace("X-1;", "Xé-1;")
    assert same(read("sipri", change(plain)), read("sipri", plain))


def test_decimal_commas_and_thousands(read):
    text = "state;year;share\nKazakhstan;2010;1.234,5\nViet Nam;2010;0,25\nChina;2010;1,5\n"
    columns = {"country": "state", "year": "year", "value": "share"}
    with pytest.raises(DataError, match=r"file0.csv:2: value '1.234,5' is no number"):
        read("own", text, columns=columns)
    text = 'state,year,share\nKazakhstan,2010,"1,234.5"\nViet Nam,2010,"0,25"\nChina,2010,".."\n'
    table = read("own", text, columns=columns).tables()["own_file0"].set_index("country")["value"]
    assert (table["KAZ"], table["VNM"]) == (1234.5, 0.25) and table.isna()["CHN"]


def test_old_names_of_states_follow_the_year(read):
    text = "c,y,v\nYugoslavia,1980,2\nYugoslavia,2000,3\nSoviet Union,1980,4\n"
    columns = {"country": "c", "year": "y", "value": "v"}
    table = read("own", text, columns=columns).tables()["own_file0"]
    assert sorted(table["country"]) == ["RUS", "SRB", "YUG"]
    text = "ddyad,year,atopally,defense,offense,neutral,nonagg,consul,stateA,stateB\n"
    text += "1,1980,1,1,0,0,0,0,816,365\n1,1980,1,1,0,0,0,0,345,365\n1,2000,1,0,0,0,1,0,345,365\n"
    table = read("alliances", text, partner=["RUS"]).tables()["alliances"]
    on = table[table["defense"] + table["nonaggression"] > 0]
    assert sorted(zip(on["country"], on["year"], strict=True)) == [
        ("SRB", 2000), ("VNM", 1980), ("YUG", 1980),
    ]  # fmt: skip


def test_years_before_a_state_was_there_are_left_out_and_told(read):
    imported = read("gdp", samples.GDP_BULK, country=["KAZ"])
    assert list(imported.tables()["gdp"]["year"]) == [2010]
    assert "years before the state was there, or after its end (KAZ)" in str(imported)


def test_votes_that_do_not_add_up_to_their_totals_are_told(read):
    assert "note" not in str(read("un-votes", samples.library()))
    said = str(read("un-votes", samples.library().replace(",100.0,9.0,", ",2.0,9.0,", 1)))
    assert "1 roll call with more votes than the totals say, the first in line 2" in said


def test_a_vote_under_two_names_is_left_out_and_told(read):
    wrong = read("un-votes", samples.library().replace("USA,UNITED STATES,", "USA,URUGUAY,", 1))
    assert "1 row left out: votes whose name and code are of two states (URUGUAY as USA)" in str(
        wrong
    )
    table = wrong.tables()["un_agreement"]
    assert "URY" not in set(table["country"]) | set(table["partner"])


def test_votes_of_the_security_council_are_left_out_and_told(read):
    council = samples.library().replace("A/RES/56/1,", "S/RES/1373(2001),")
    imported = read("un-votes", council)
    assert "7 rows left out: votes of the Security Council" in str(imported)
    rest = "".join(s for s in council.splitlines(keepends=True) if "S/RES" not in s)
    assert same(imported, read("un-votes", rest))


def test_what_is_no_state_is_told(read):
    said = str(read("sipri", samples.SIPRI_DELIVERIES))
    assert "note: 1 row left out: recipients that are no states (Hezbollah (Lebanon)*)" in said


SIPRI = samples.SIPRI_SCREEN
LIBRARY = samples.library()
OWN = {"columns": samples.OWN_COLUMNS}


@pytest.mark.parametrize(
    ("kind", "text", "telling"),
    [
        ("sipri", SIPRI.replace("France", "Frence"), ["file0.csv:7", "did you mean France?"]),
        ("sipri", SIPRI.replace(";10;No\n4", ";ten;No\n4"), ["file0.csv:7", "'ten' is no number"]),
        ("sipri", SIPRI.replace(";10;No\n4", ";-1;No\n4"), ["file0.csv:7", "0 or more"]),
        ("sipri", SIPRI.replace(";2006;", ";206;", 1), ["file0.csv:7", "'206' is no year"]),
        ("sipri", SIPRI + SIPRI.splitlines()[-1], ["file0.csv:9", "the same row as line 8"]),
        ("sipri", SIPRI[:-40], ["file0.csv:8", "cells, but the table has 17 columns"]),
        ("sipri", SIPRI.replace("X-2", '"X-2'), ["file0.csv:", "not CSV"]),
        ("sipri", SIPRI.replace("Seller", "Vendor"), ["expected: deliveries: Supplier or Seller"]),
        ("sipri", SIPRI.replace("Designation", "Buyer"), ["column 'Buyer' is there 2 times"]),
        (
            "sipri",
            samples.SIPRI_REGISTER.replace("from All countries", "from Russia"),
            ["one supplier alone, Russia"],
        ),
        (
            "sipri",
            samples.SIPRI_VALUES.replace(",30,50,,,20,,100", ",30,59,,,20,,109"),
            ["suppliers of 2003 add up to 50, but the total says 59"],
        ),
        (
            "sipri",
            samples.SIPRI_VALUES.replace(",60,60%,60", ",66,60%,60"),
            ["file0.csv:8", "Russia: its years add up to 60, but its total says 66"],
        ),
        (
            "sipri",
            samples.SIPRI_OLD_VALUES.replace(",20,,,,,20", ",20,,,,,30"),
            ["file0.csv:7", "Ukraine: its years add up to 20, but its total says 30"],
        ),
        (
            "sipri",
            samples.SIPRI_OLD_VALUES.replace("TIV of arms exports to Viet Nam", "TIV"),
            ["does not say of which recipient"],
        ),
        (
            "sipri",
            SIPRI.replace("2001 to 2007", "").replace("1;Ru", "2;Ru").replace("2002", "2004"),
            ["no window of 5 years fits into its years: VNM 2003 to 2006"],
        ),
        ("sipri", "", ["is empty"]),
        ("sipri", "<!doctype html><p>Sorry", ["is a web page"]),
        ("sipri", b"PK\x03\x04rest", ["is a ZIP archive or an Excel file"]),
        ("sipri", gzip.compress(SIPRI.encode()), ["packed with gzip"]),
        ("sipri", samples.GDP_LONG, ["has the names of columns of 'sipri'"]),
        ("un-votes", LIBRARY + LIBRARY.splitlines()[1], ["file0.csv:30", "in line 2"]),
        ("un-votes", LIBRARY.replace(",Y,2001", ",J,2001", 1), ["vote 'J' is unknown"]),
        ("ideal-points", samples.IDEAL_FP * 2, ["file0.csv:4", "is no number"]),
        ("trade", samples.imf_bulk().replace("World", "Wrld"), ["no total with the world"]),
        ("trade", samples.comtrade().replace("TOTAL", "27"), ["download commodity TOTAL"]),
        (
            "trade",
            samples.imf_sdmx().replace("RUS,A,2010,40", "RUS,A,2010,460"),
            ["KAZ in 2010: trade with RUS is more than all its trade"],
        ),
        ("trade", samples.imf_sdmx().replace("Millions", "Dozens"), ["scale 'Dozens' is unknown"]),
        ("alliances", samples.ATOP.replace(",1,1,0,", ",1,7,0,"), ["a promise must be 0 or 1"]),
        ("sanctions", samples.GSDB_CASES.replace("2001,2003", "2003,2001"), ["begins in 2003"]),
        ("gdp", samples.GDP_BULK.replace("GDP.MKTP.CD", "GDP.PCAP.CD"), ["'NY.GDP.PCAP.CD'"]),
        ("gdp", samples.GDP_BULK.replace('"2009"', '"2010"'), ["column '2010' is there twice"]),
        ("gdp", samples.GDP_BANK.replace("2009 [YR2009]", "2010"), ["'2010 [YR2010]' is there tw"]),
        ("gdp", samples.GDP_BULK.replace('"2010"', '"2090"'), ["'2090' is of a year still to c"]),
        ("gdp", samples.GDP_LONG.replace("2010", "2090"), ["file0.csv:2", "'2090' is still to co"]),
        ("sipri", SIPRI.replace(";2006;", ";2090;", 1), ["file0.csv:7", "'2090' is still to come"]),
        ("gdp", samples.GDP_LONG.replace(",66", ",0.1"), ["product of KAZ in 2010 is more"]),
        ("gdp", samples.GDP_LONG * 2, ["file0.csv:6", "'Year' is no year"]),
        ("gdp", samples.GDP_LONG + "Kazakhstan,KAZ,2010,1\n", ["file0.csv:6", "in line 2"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(refused, kind, text, telling):
    refused(kind, text, telling=telling)


@pytest.mark.parametrize(
    ("text", "yearly", "monthly"),
    [
        (samples.comtrade(), "C,A,20100101,", "C,M,20100301,"),
        (samples.old_comtrade(), "H4,2010,2010,2010,", "H4,2010,201003,March 2010,"),
    ],
)
def test_a_month_is_no_year(read, refused, text, yearly, monthly):
    months = text.replace(yearly, monthly)
    refused("trade", months, telling="it has months alone; download yearly trade")
    imported = read("trade", text + months.partition("\n")[2])
    assert imported.tables()["trade_shares"].equals(read("trade", text).tables()["trade_shares"])
    assert "rows left out: months and quarters" in str(imported)


@pytest.mark.parametrize(
    ("text", "known", "open_"),
    [
        (SIPRI, ";2003;No;New;30;30;30;No", ";2003;No;New;30;30;;No"),
        (samples.SIPRI_REGISTER, '2003,New,"for ships, as said",5,20,20', "2003,New,,5,20,"),
    ],
)
def test_a_delivery_without_a_value_leaves_its_windows_open(read, text, known, open_):
    assert known in text
    late = text.replace("2001 to 2007", "2001 to 2008").replace("'2007'", "'2008'")
    imported = read("sipri", late.replace(known, open_))
    arms, before = (each.tables()["arms_deliveries"] for each in (imported, read("sipri", late)))
    touched = arms["window_start"] <= 2003
    assert touched.any() and not touched.all()
    assert arms[touched][["share", "total_tiv_m"]].isna().all(axis=None)
    assert arms[~touched].equals(before[~touched])
    assert "1 row left out: deliveries without a trend-indicator value" in str(imported)


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        (samples.imf_sdmx(), ",MG_CIF_USD,"),
        (samples.imf_bulk(), "TMG_CIF_USD"),
        (samples.comtrade(), "Kazakhstan,M,"),
        (samples.gravity(), ",KAZ,100,777,"),
    ],
)
def test_exports_alone_are_no_trade(refused, text, imports):
    exports = "".join(line for line in text.splitlines(keepends=True) if imports not in line)
    refused("trade", exports, country=["KAZ"], telling="no imports in it; shares are of exports")


def test_years_without_a_total_are_told(read):
    lines = samples.imf_sdmx().splitlines(keepends=True)
    lacking = [s.replace(",2010,", ",2011,") for s in lines[1:] if "MG_CIF_USD,G001" not in s]
    imported = read("trade", "".join([*lines, *lacking]))
    shares = imported.tables()["trade_shares"].set_index("year")["share"]
    assert shares[2011].isna().all() and shares[2010].notna().any()
    assert "1 state-year without shares, since all exports or all imports" in str(imported)
    assert "without shares" not in str(read("trade", "".join(lines)))


def test_one_is_told_as_one(read):
    said = str(read("sipri", samples.SIPRI_REGISTER))
    assert "1 deal delivered over several years, spread evenly over them" in said
    columns = {"country": "c", "year": "y", "value": "v"}
    said = str(read("own", "c,y,v\nVNM,2010,1\n", columns=columns))
    assert said == "own_file0: 1 row, 1 state, 2010 to 2010"


def test_sources_are_never_mixed(refused):
    refused("trade", samples.imf_sdmx(), samples.comtrade(), telling="sources are never mixed")
    refused("un-votes", samples.library(), samples.voeten(), telling="two sources are not mixed")
    refused("sipri", samples.SIPRI_VALUES, samples.SIPRI_REGISTER, telling="are not mixed")


def test_one_file_counts_once(refused, read):
    refused("sipri", SIPRI, SIPRI, telling="file1.csv: is the same as file0.csv")
    other = SIPRI.replace("Viet Nam", "India")
    both = read("sipri", SIPRI, other).tables()["arms_deliveries"]
    assert set(both["country"]) == {"VNM", "IND"}


@pytest.mark.parametrize(
    ("options", "telling"),
    [
        ({"country": ["Kazakstann"]}, "country: unknown state 'Kazakstann'; did you mean"),
        ({"country": ["EU"]}, "European Union is no state; name its members"),
        ({"country": ["BRA"]}, "nothing of Brazil (BRA) in it"),
        ({"partner": ["Atlantis"]}, "partner: unknown state 'Atlantis'"),
        ({"columns": {"country": "c"}}, "columns are told for kind 'own' alone"),
    ],
)
def test_what_is_asked_for_must_be_there(refused, options, telling):
    refused("sipri", SIPRI, telling=telling, **options)


def test_a_member_is_no_partner_beside_the_union(read, refused):
    for kind, text in (("sipri", SIPRI), ("trade", samples.imf_sdmx())):
        told = "partner: FRA counts as part of EU; name EU or its members"
        refused(kind, text, partner=["France", "RUS", "EU"], telling=told)
    read("un-votes", LIBRARY, partner=["FRA", "EU"])  # agreement has no total


def test_columns_of_ones_own_table(refused):
    refused("own", samples.OWN, columns={"country": "state"}, telling="columns: year is missing")
    refused("own", samples.OWN, columns={"place": "state"}, telling="columns: 'place' is unknown")
    wrong = samples.OWN_COLUMNS | {"value": "oil"}
    refused("own", samples.OWN, columns=wrong, telling="expected: own: state, with, when, oil")
    refused("own", samples.OWN + "VNM;RUS;2010;1\n", telling="file0.csv:4: VNM RUS 2010 is", **OWN)


def test_groups_and_years_of_no_state_are_left_out_of_ones_own_table_and_told(read, refused):
    columns = {"country": "Country Code", "year": "Year", "value": "Value"}
    text = samples.GDP_LONG + "Kazakhstan,KAZ,1980,1\nEuro area,EMU,2010,1\n"
    imported = read("own", text, columns=columns)
    assert sorted(imported.tables()["own_file0"]["country"]) == ["KAZ", "VNM"]
    said = str(imported)
    assert "note: 3 rows left out: not a state (ARB, WLD, EMU)" in said
    assert "the state was there, or after its end (Kazakhstan)" in said
    assert "not a state (Vied Nam)" in str(read("own", samples.OWN.replace("Viet", "Vied"), **OWN))
    wanted = samples.OWN.replace("Viet", "Vied")
    refused("own", wanted, country=["VNM"], telling="nothing of Vietnam (VNM) in it", **OWN)


def test_there_is_no_such_kind(refused):
    refused("siprii", SIPRI, telling="there is no kind 'siprii'; did you mean 'sipri'?")
    with pytest.raises(DataError, match="no file to import"):
        hedgerow.import_data("sipri")


def test_partners_are_chosen(read):
    arms = read("sipri", SIPRI, partner=["Ukraine", "RUS"]).tables()["arms_deliveries"]
    first = arms[arms["window_start"] == 2001]
    assert dict(zip(first["partner"], first["share"], strict=True)) == {
        "UKR": 0.25, "RUS": 0.75, "other": 0.0,
    }  # fmt: skip


def test_tables_say_where_they_are_from_and_are_never_overwritten_unasked(read, tmp_path):
    out = tmp_path / "data"
    read("sipri", SIPRI, out=out)
    path = out / "arms_deliveries.csv"
    first = path.read_text(encoding="utf-8")
    head = first.splitlines()[0]
    assert (
        head.startswith("# source: sipri (deliveries): file0.csv, SHA-256 ")
        and "imported 2" in head
    )
    with pytest.raises(OutputError, match="is there already"):
        read("sipri", SIPRI.replace(";10;No", ";12;No"), out=out)
    assert path.read_text(encoding="utf-8") == first
    read("sipri", SIPRI.replace(";10;No", ";12;No"), out=out, force=True)
    assert path.read_text(encoding="utf-8") != first
    assert sorted(each.name for each in out.iterdir()) == [
        "arms_deliveries.csv", "arms_memory.csv", "arms_programmes.csv",
    ]  # fmt: skip


def test_nothing_is_written_where_one_table_is_there(read, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "arms_programmes.csv").write_text("mine")
    with pytest.raises(OutputError, match=r"arms_programmes.csv: is there already"):
        read("sipri", SIPRI, out=tmp_path / "data")
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["arms_programmes.csv"]


@pytest.mark.parametrize("text", samples.ALL["sipri"])
def test_deliveries_after_the_last_year_leave_no_trace(read, text):
    tables = read("sipri", text, country=["VNM"], until=2005).tables()
    arms = tables["arms_deliveries"]
    assert set(arms["window_start"]) == {2001} and set(arms["total_tiv_m"]) == {80.0}
    if "arms_programmes" in tables:
        assert set(tables["arms_programmes"]["order_year"]) == {2000, 2001}


@pytest.mark.parametrize("kind", [kind for kind in samples.ALL if kind not in ("sipri", "gdp")])
def test_later_years_are_not_there(read, refused, kind):
    columns = samples.OWN_COLUMNS if kind == "own" else None
    text = samples.ALL[kind][0]
    last = max(read(kind, text, columns=columns).tables().popitem()[1]["year"])
    assert read(kind, text, columns=columns, until=int(last)).tables()
    earlier = {"alliances": 2010, "sanctions": 2002}.get(kind)
    if earlier:
        (table,) = read(kind, text, until=earlier).tables().values()
        assert max(table["year"]) == earlier
    else:
        refused(kind, text, columns=columns, until=int(last) - 1, telling="nothing")
