"""Scenarios that are broken at random, in ways that a file may be broken."""

import datetime
import random
import tomllib
from copy import deepcopy
from pathlib import Path

import tomli_w

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "scenarios"

NUMBERS = (
    *(0, 1, -1, 2, 3, 0.0, -0.0, 0.5, -0.5, 1.5, 1e-320, 1e-9, 1e9, 1e15, 1e308, -1e308),
    *(2**31, 2**53 + 1, 2**63, 2**64, -(2**63), 10**30, 10**400, -(10**400)),
    *(float("inf"), float("-inf"), float("nan"), 1995, 2003, 2003.25, 9999, 10000),
)
WORDS = (
    *("", " ", "x", "USA", "usa", "VNM", "none", "source", "value", "dist", "trust", "threat"),
    *("quantal", "uniform", "assumption", "external: x, y", "S1-none", "arms", "trade", "war"),
    *("partners.RUS.trust", "behaviour.security", "shocks.war.value", "futures.coercion.prior"),
    *('partners."RUS".trust', "partners..trust", '"', "'", ".", "a.b.c", "ES-11/1", "{}", "[]"),
    *("a\0b", "\x1b[31mred", "\x07", "\u202eabc", "\u00a0", "−1", "РUS", "x" * 5000, "é\ud7ff"),
    *("~nobody-here/x", "/dev/zero", "..", "grid", "list", "sobol", "morris", "set", "multiply"),
    *("countries.VNM.rules", "countries.VNM.strategy", "terms.audience", "ensemble.level"),
    *("programmes", "flow", "steps", "position", "offer", "designation", "incident", "vote"),
    *("flat", "panel", "habits-2014", "for", "abstain", "always", "territorial", "energy"),
)
TABLES = (
    *({}, {"value": 1}, {"value": "x"}, {"dist": "uniform"}, {"dist": []}, {"dist": "none"}),
    *({"dist": "uniform", "low": 0, "high": 1}, {"dist": "normal", "value": 0.5, "sd": 1e300}),
    *({"dist": "beta", "a": 1e-300, "b": 1e300}, {"dist": "lognormal", "value": 1e308, "sigma": 9}),
    *({"low": 0, "high": 1, "points": 3}, {"low": 0, "high": {"value": 1}, "points": 3}),
    *({"low": 0.1, "high": 1, "points": 10**10, "scale": "log"}, {"source": 1}, {"value": []}),
    *({"energy": {"RUS": 1}}, {"RUS": 1}, {"2000": 0.1, "2011": 0.2}, {"file": "habits-2014"}),
    *({"value": 0.5, "low": "a"}, {"USA": 1}, {"source": "assumption"}, {"": 1}, {"a": {"b": {}}}),
)
LISTS = ([], [[]], [{}], [1], ["x"], ["RUS", [], 5], [1, "x"], [{"at": 2001}], ["USA", "USA"])
OTHERS = (True, False, datetime.date(2001, 1, 1), datetime.datetime(2001, 1, 1), datetime.time(1))


def odd(dice):
    """Return some value that a key may be given."""
    return deepcopy(dice.choice(dice.choice((NUMBERS, NUMBERS, WORDS, TABLES, LISTS, OTHERS))))


def places(node):
    """Return all places of a document: (its table or list, its key or number)."""
    pairs = list(node.items() if isinstance(node, dict) else enumerate(node))
    found = [(node, key) for key, _ in pairs]
    for _, value in pairs:
        if isinstance(value, dict | list):
            found += places(value)
    return found


def _delete(document, dice, node, key):
    del node[key]


def _replace(document, dice, node, key):
    node[key] = odd(dice)


def _retype(document, dice, node, key):
    value = node[key]
    forms = ([value], {"value": value}, {"x": value}, str(value), not value, [value, value])
    node[key] = deepcopy(dice.choice(forms))


def _extreme(document, dice, node, key):
    value = node[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        node[key] = dice.choice((-value, value * 1e6, value * 1e300, dice.choice(NUMBERS)))
    else:
        node[key] = odd(dice)


def _copy(document, dice, node, key):
    other, place = dice.choice(places(document))
    other[place] = deepcopy(node[key])


def _swap(document, dice, node, key):
    other, place = dice.choice(places(document))
    first, second = deepcopy(node[key]), deepcopy(other[place])
    node[key] = second
    if isinstance(other, dict) or place < len(other):
        other[place] = first


def _rename(document, dice, node, key):
    if isinstance(node, dict):
        name = dice.choice((key + "x", key[:-1], key.lower(), key.upper(), dice.choice(WORDS)))
        node[name] = node.pop(key)
    else:
        node.insert(key, deepcopy(node[key]))


def _add(document, dice, node, key):
    if isinstance(node, dict):
        node[dice.choice(WORDS)] = odd(dice)
    else:
        node.append(odd(dice))


OPERATIONS = (_delete, _replace, _replace, _retype, _extreme, _copy, _swap, _rename, _add)


def broken(document, dice):
    """Return a document with one to three of its places broken."""
    document = deepcopy(document)
    for _ in range(dice.choice((1, 1, 2, 3))):
        all_places = places(document)
        if not all_places:
            break
        dice.choice(OPERATIONS)(document, dice, *dice.choice(all_places))
    return document


def broken_text(text, dice):
    """Return a text with one line or one character of it broken."""
    lines = text.split("\n")
    number = dice.randrange(len(lines))
    line = lines[number]
    match dice.randrange(7):
        case 0:
            del lines[number]
        case 1:
            lines.insert(number, line)
        case 2:
            other = dice.randrange(len(lines))
            lines[number], lines[other] = lines[other], line
        case 3:
            lines = [*lines[:number], line[: dice.randrange(len(line) + 1)]]
        case 4:
            place = dice.randrange(len(line) + 1)
            lines[number] = (
                line[:place] + dice.choice("\0\x1b\r\t\"'[]{}=,.#−\u00a0") + line[place:]
            )
        case 5:
            return "\r\n".join(lines)
        case 6:
            lines[number] = line + dice.choice(
                (" x", " = 1", "9" * 5000, " 1e999", " 0x_", "[" * 3000)
            )
    return "\n".join(lines)


def renamings(document):
    """Yield a document without, and with another name for, each of its tables and their tables.

    Facts are left out: nothing but sources leans on them.
    """
    for section, table in document.items():
        names = list(table) if isinstance(table, dict) and section != "facts" else []
        for path in ((section,), *((section, name) for name in names)):
            for new in (None, path[-1] + "X"):
                changed = {**document, section: dict(table) if names else table}
                owner = changed if len(path) == 1 else changed[section]
                value = owner.pop(path[-1])
                if new is not None:
                    owner[new] = value
                yield f"{path} → {new}", deepcopy(changed)


def texts():
    """Return the scenarios to break: the text of each, and how often to take it."""
    small = (HERE / "small.toml").read_text("utf-8")
    head = f'schema = 2\ntitle = "A child"\nextends = "{HERE / "small.toml"}"\n'
    child = (
        head + '[[shocks]]\nat = 2002\npath = "partners.RUS.trust"\nop = "set"\nvalue = 0.5\n'
        '[sweep]\nreplicates = 2\nyears = [2005, 2011]\nmeasures = ["autonomy", "arms_orders"]\n'
        '[sweep.over]\n"partners.RUS.trust" = { low = 0.0, high = 1.0, points = 3 }\n'
        '"terms.audience" = [true, false]\n"shocks.war.value" = [0.1, 0.5]\n'
    )
    sampled = (
        head.replace("[[", "") + 'remove.shocks = ["war"]\nremove.choices = ["ES-11/1"]\n'
        '[time]\nend = 2005\n[sweep]\ndesign = "morris"\npoints = 4\nlevels = 4\n[sweep.over]\n'
        '"behaviour.security" = { dist = "uniform", low = 0.0, high = 1.0 }\n'
        '"behaviour.autonomy" = { low = 0.1, high = 1.0, scale = "log" }\n'
    )
    listed = (
        head + '[sweep]\ndesign = "list"\n[[sweep.over]]\n"partners.RUS.trust" = 0.5\n'
        '[[sweep.over]]\n"countries.VNM.rules" = ["no_siding"]\n'
        '"countries.LAO.strategy" = "balancer"\n'
    )
    shipped = {
        name: (SHIPPED / f"{name}.toml").read_text("utf-8") for name in ("threshold", "vietnam")
    }
    return (
        *((small, 12), (child, 4), (sampled, 3), (listed, 3)),
        *((shipped["threshold"], 4), (shipped["vietnam"], 1)),
    )


def mutants(seed, count):
    """Yield so many broken files, as text."""
    dice = random.Random(seed)
    sources = texts()
    documents = [tomllib.loads(text) for text, _ in sources]
    weights = [weight for _, weight in sources]
    for _ in range(count):
        number = dice.choices(range(len(sources)), weights)[0]
        if dice.random() < 0.15:
            yield broken_text(sources[number][0], dice)
        else:
            yield tomli_w.dumps(broken(documents[number], dice))
