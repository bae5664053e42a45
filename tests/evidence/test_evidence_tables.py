"""Facts and conflicts as text and as rows."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.facts import Evidence, conflicts_text, facts_frame, facts_table, load_evidence, select

SHIPPED = load_evidence()


def test_a_wide_table_has_columns(evidence: Evidence) -> None:
    lines = facts_table([evidence.facts["S2-arms-share-2023"]], width=140).splitlines()
    assert lines[0].split() == ["fact", "date", "who", "value", "coded", "note"]
    assert lines[1].startswith("S2-arms-share-2023 ")
    assert "0.7 (0.67 to 0.73)" in lines[1]


def test_a_narrow_terminal_gets_blocks(evidence: Evidence) -> None:
    text = facts_table([evidence.facts["S2-arms-share-2023"]], width=50)
    assert text.splitlines()[:3] == [
        "S2-arms-share-2023",
        "  2023, VNM RUS, words",
        "  0.7 (0.67 to 0.73) share of arsenal",
    ]


def test_doubts_are_shown(evidence: Evidence) -> None:
    for width in (60, 120):
        assert "DOUBT" in facts_table([evidence.facts["S4-refinery-undated"]], width=width)


def test_no_facts_says_so() -> None:
    assert facts_table([]) == "no facts"


def test_every_conflict_is_written_with_its_treatment(evidence: Evidence) -> None:
    text = conflicts_text(evidence, width=80)
    assert text.count("In the model:") == len(evidence.conflicts)
    for conflict in evidence.conflicts:
        assert conflict.id in text


@settings(deadline=None)
@given(width=st.integers(20, 200), year=st.integers(2000, 2024))
def test_no_line_is_wider_than_the_terminal(width: int, year: int) -> None:
    table = facts_table(select(SHIPPED.facts, year=year), width=width)
    for line in [*table.splitlines(), *conflicts_text(SHIPPED, width).splitlines()]:
        assert len(line) <= width


def test_rows_make_a_csv(evidence: Evidence) -> None:
    rows = facts_frame(evidence.facts.values())
    assert len(rows) == len(evidence.facts)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    back = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["id"] for row in back] == list(evidence.facts)
    assert back[0]["mechanisms"].split() == list(next(iter(evidence.facts.values())).mechanisms)
