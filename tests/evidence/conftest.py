"""The shipped evidence, and a small folder of seeds that tests may spoil."""

from pathlib import Path

import pytest

from hedgerow.facts import Evidence, load_evidence

ARTICLE = """
[article]
id = "S0"
title = "A title"
publisher = "A publisher"
published = "2024-06"
dating = "stated"
kind = "op-ed"
stance = "a reading"
"""
FACT = """
[[facts]]
id = "S0-arms-share-2022"
domain = "arms"
actor = "VNM"
partner = "RUS"
date = "2022"
value = 0.8
low = 0.77
high = 0.83
unit = "share of arsenal"
line = 9
coded = "words"
note = "About eight tenths."
mechanisms = ["arms-supply"]
"""
MECHANISMS = """
[[mechanisms]]
id = "arms-supply"
title = "Arms supply"
"""
CONFLICTS = """
[[conflicts]]
id = "a-conflict"
facts = ["S0-arms-share-2022"]
disagreement = "One thing and another."
treatment = "Both kept."
"""
EXTERNAL = """
[[external]]
id = "a-register-2014"
name = "A register"
table = "Its table"
vintage = "July 2025"
read = "2026-11-29"
derivation = "The share as it stands."
as_of = 2014
doi = "10.1234/abc"
"""


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    return load_evidence()


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    (tmp_path / "S0.toml").write_text(ARTICLE + FACT)
    (tmp_path / "mechanisms.toml").write_text(MECHANISMS)
    (tmp_path / "conflicts.toml").write_text(CONFLICTS)
    (tmp_path / "external.toml").write_text(EXTERNAL)
    return tmp_path
