"""``hedgerow countries``, and ``hedgerow evidence --panel CODE``."""

import json

import pytest

import hedgerow
from hedgerow.facts.panel import panel


def test_python_and_the_command_list_the_same(call):
    frame = hedgerow.evidence(panel="SRB")
    rows = json.loads(call("evidence", "--panel", "SRB", "--format", "json").out)
    assert rows == frame.to_dict("records")
    with pytest.raises(ValueError, match="give it alone"):
        hedgerow.evidence("VNM", panel="SRB")


def test_the_commands_print_them(call):
    listed = call("countries")
    assert listed.code == 0 and all(code in listed.out for code in panel().states())
    shown = call("evidence", "--panel", "EGY")
    assert shown.code == 0 and "Egypt (MENA)" in shown.out and "2005 (unctad)" in shown.out
    assert "arms_deliveries" in call("evidence", "--panel").out
    refused = call("evidence", "--panel", "RUS")
    assert refused.code == 2 and refused.out == "" and "is a power" in refused.err
    assert call("evidence", "--panel", "EGY", "--domain", "arms").code == 2


def test_all_sources_of_a_state_are_named_and_shares_are_rounded(call):
    told = call("evidence", "--panel", "KAZ").out.partition("sources: ")[2]
    for table in ("un-ideal-points", "arms-programmes", "un-votes", "arms-memory"):
        assert f"panel-{table}" in told
    assert (
        "arms remembered,RUS,2014,0.4531,"
        in call("evidence", "--panel", "KAZ", "--format", "csv").out
    )
