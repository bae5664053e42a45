"""Sweeps of the small world for tests of reading: they hold what is awkward to read."""

from sweep.small import write

from hedgerow.runs import Workers, sweep

SERIAL = Workers(processes=1, chunk=2, progress=False)

MIXED = """
[sweep]
design = "list"
replicates = 3
[[sweep.over]]
"relations.rivalry.USA.CHN" = 0.5
"terms.security" = true
[[sweep.over]]
"relations.rivalry.USA.CHN" = { dist = "uniform", low = 0.0, high = 2.0 }
"countries.VNM.strategy" = "balancer"
"terms.security" = false
[[sweep.over]]
"countries.VNM.threat.level" = 1e308
[[sweep.over]]
"partners.USA.will" = { value = 0.3, low = 0.1, high = 0.5 }
"""
"""Four points: numbers, a prior, a strategy, a switch, and a point whose runs all fail."""

BROKEN = """
[sweep]
replicates = 2
[sweep.over]
"countries.VNM.threat.level" = [1e308]
"""
"""One point, all of whose runs fail."""


def swept(folder, text, name, **options):
    """Run a sweep in parts of two points and return its results."""
    path = write(folder, text, f"{name}.toml", end=2002)
    return sweep(path, out=folder / name, team=SERIAL, **({"keep": "ties"} | options))
