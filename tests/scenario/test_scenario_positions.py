"""Positions of keys: hand-made cases, and generated documents in every style of TOML."""

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.scenario.positions import Positions
from hedgerow.scenario.write import value_text


def at(text, path, key=False):
    line, column, _ = Positions(text).find(path, key)
    return line, column


def test_every_kind_of_key():
    text = (
        'a = 1\n"b c".d = "x"\n\n[t.u] # [no]\nv = { w = [ {x = 1}, 2 ], y.z = 3 }\n'
        "[[list]]\nn = 1\n[[list]]\nn = 2\n[list.sub]\nm = '''two\nlines = 3'''\nlast = 4\n"
    )
    assert at(text, ("a",)) == (1, 5)
    assert at(text, ("a",), key=True) == (1, 1)
    assert at(text, ("b c", "d"), key=True) == (2, 7)
    assert at(text, ("t", "u", "v", "w", 0, "x")) == (5, 18)
    assert at(text, ("t", "u", "v", "w", 1)) == (5, 22)
    assert at(text, ("t", "u", "v", "y", "z")) == (5, 33)
    assert at(text, ("list", 0, "n")) == (7, 5)
    assert at(text, ("list", 1, "n")) == (9, 5)
    assert at(text, ("list", 1, "sub", "last")) == (13, 8)


def test_a_missing_key_points_to_its_table():
    text = "[a]\nb = 1\n[[c]]\nd = 2\n"
    assert at(text, ("a", "nothing")) == (1, 2)
    assert at(text, ("c", 0, "nothing")) == (3, 3)
    assert at(text, ("nothing",)) == (1, 1)


def test_one_table_where_a_list_may_stand():
    assert at("[e]\nyear = 3\n", ("e", 0, "year")) == (2, 8)


def test_windows_line_ends():
    line, column, source = Positions("a = 1\r\nbb = 2\r\n").find(("bb",))
    assert (line, column, source) == (2, 6, "bb = 2")


KEYS = st.one_of(
    st.text("abcXYZ019_-", min_size=1, max_size=4),
    st.text("a.b \"'\\#=[]{}é\t", min_size=1, max_size=5),
)
SCALARS = st.one_of(
    st.integers(-99, 99),
    st.booleans(),
    st.floats(-9, 9).filter(lambda x: x == x),
    st.text("ab \"'\\#=[]{},.\né", max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)
STYLES = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def quoted(key):
    return value_text(key)


def key_text(key, style):
    bare = all(c in "abcXYZ019_-" for c in key)
    literal = "'" not in key and "\n" not in key and "\t" not in key
    if bare and style % 3 != 2:
        return key
    return f"'{key}'" if literal and style % 2 else quoted(key)


class Printer:
    """Writes a document in styles chosen by a list of numbers; notes where values start."""

    def __init__(self, styles):
        self.styles, self.turn = styles, 0

    def style(self):
        self.turn += 1
        return self.styles[self.turn % len(self.styles)]

    def table(self, table, path=()):
        out, later = [], []
        for key, value in table.items():
            style = self.style()
            if isinstance(value, dict | list) and opens_section(value, style):
                later.append((key, value))
            elif isinstance(value, dict) and value and style == 2:
                out += self.dotted(key_text(key, style), value)
            else:
                out.append(
                    f"{key_text(key, style)} {'' if style % 2 else '  '}= {self.value(value)}"
                )
        for key, value in later:
            name = " . ".join(key_text(part, self.style()) for part in (*path, key))
            if isinstance(value, dict):
                out += ["", f"[ {name} ] # a comment = [x]", *self.table(value, (*path, key))]
            for entry in value if isinstance(value, list) else ():
                out += [f"[[{name}]]", *self.table(entry, (*path, key))]
        return out

    def dotted(self, prefix, table):
        out = []
        for key, value in table.items():
            name = f"{prefix}.{key_text(key, self.style())}"
            if isinstance(value, dict) and value and self.style() % 2:
                out += self.dotted(name, value)
            else:
                out.append(f"{name} = {self.value(value)}")
        return out

    def value(self, value):
        style = self.style()
        if isinstance(value, list) and value:
            gap = "\n  # [comment]\n  " if style % 2 else " "
            return (
                "["
                + gap
                + f",{gap}".join(map(self.value, value))
                + ("," if style > 3 else "")
                + gap
                + "]"
            )
        if isinstance(value, dict):
            parts = (f"{key_text(k, self.style())} = {self.value(v)}" for k, v in value.items())
            return "{ " + ", ".join(parts) + " }"
        if isinstance(value, str) and style == 3 and "\\" not in value and '"' not in value:
            return f'"""\n{value}"""'
        return value_text(value)


def opens_section(value, style):
    if isinstance(value, dict):
        return style < 2
    return bool(value) and style < 3 and all(isinstance(part, dict) for part in value)


def leaves(node, path=()):
    """Paths of all keys and elements of a parsed document, with their values."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in pairs:
        yield (*path, key), value
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, STYLES)
def test_generated_documents(document, styles):
    text = "\n".join(Printer(styles).table(document)) + "\n"
    assert tomllib.loads(text) == document
    positions = Positions(text)
    expected = dict(leaves(document))
    assert set(positions.paths) == set(expected)
    for path, value in expected.items():
        place = positions.paths[path]
        if isinstance(path[-1], str):
            assert starts_with_key(text[place.key :], path[-1])
        if not isinstance(value, dict | list):
            assert starts_with_value(text[place.value :], value)


def starts_with_key(rest, key):
    return any(rest.startswith(form) for form in (key, f"'{key}'", quoted(key)))


def starts_with_value(rest, value):
    if isinstance(value, str) and rest.startswith('"""\n'):
        return rest.startswith(f'"""\n{value}"""')
    return rest.startswith(value_text(value))
