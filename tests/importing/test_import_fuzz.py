"""Five hundred damaged files end in an import or in one message, never in anything else."""

import random

import pytest
from importing import samples

import hedgerow
from hedgerow.errors import is_deliberate

EACH = 20
FILES = [(kind, number) for kind, texts in samples.ALL.items() for number in range(len(texts))]
_LETTERS = ',;"\n\t|0-9.éÿ\x00#*()?�'


def damaged(text, chance):
    """Return a text with a damage of some kind."""
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(text))
    line = chance.randrange(len(lines))
    ways = (
        lambda: text[:at],
        lambda: text[:at] + chance.choice(_LETTERS) + text[at + 1 :],
        lambda: text[:at] + "".join(chance.choices(_LETTERS, k=9)) + text[at:],
        lambda: "".join(lines[:line] + lines[line + 1 :]),
        lambda: "".join([*lines[:line], lines[line], *lines[line:]]),
        lambda: "".join(chance.sample(lines, len(lines))),
        lambda: text.replace(chance.choice(",;01"), chance.choice(",;9 "), 3),
        lambda: text[: at // 2] + text[at:],
        lambda: text[:at].upper() + text[at:].lower(),
    )
    return chance.choice(ways)()


def test_there_are_five_hundred():
    assert len(FILES) * EACH >= 500


@pytest.mark.parametrize(("kind", "number"), FILES)
def test_damage_ends_in_a_message(put, kind, number):
    text = samples.ALL[kind][number]
    columns = samples.OWN_COLUMNS if kind == "own" else None
    for seed in range(EACH):
        chance = random.Random(f"{kind} {number} {seed}")
        content = damaged(text, chance).encode(chance.choice(["utf-8", "utf-8", "utf-16"]))
        if chance.random() < 0.3:
            at = chance.randrange(len(content) + 1)
            content = content[:at] + chance.randbytes(4) + content[at:]
        path = put(content, "damaged.csv")
        try:
            imported = hedgerow.import_data(kind, path, columns=columns)
        except Exception as error:
            assert is_deliberate(error), (seed, error)
            assert "damaged.csv" in str(error) or " in " in str(error), (seed, error)
            assert str(error).isprintable() and len(str(error)) < 1000, (seed, error)
        else:
            assert all(len(table) for table in imported.tables().values()), seed
