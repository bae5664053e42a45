"""The few lines with which a run ends."""

from hedgerow.results.report import _row


def test_a_long_label_does_not_touch_the_numbers():
    for label in ("arsenal: An eastern power", "arsenal: The powers of the east", "arsenal: RUS"):
        row = _row(label, ["100 % (90 to 100)"])
        assert row.index("100 %") == 25 and row[24] == " "
