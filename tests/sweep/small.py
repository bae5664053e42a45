"""A sweep that takes a second: the world of the tests of results, over numbers and more."""

from results.synthetic import SMALL

GRID = """
[sweep]
design = "grid"
replicates = 3
[sweep.over]
"partners.USA.will" = [0.2, 0.9]
"behaviour.autonomy" = { low = 0.0, high = 1.0, points = 3 }
"terms.security" = [true, false]
"""


def write(folder, sweep=GRID, name="small-sweep.toml", end=2001, more=""):
    """Write a scenario with a sweep into a folder and return its path."""
    text = SMALL.read_text(encoding="utf-8").replace("end = 2004", f"end = {end}")
    if end < 2002:  # the vote of the file comes in 2002
        text = text.replace("at = 2002.25", f"at = {end}.25")
    path = folder / name
    path.write_text(f"{text}\n{more}\n{sweep}", encoding="utf-8")
    return path
