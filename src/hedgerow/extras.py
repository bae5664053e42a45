"""How to install what hedgerow does not need for itself."""


def how(*extras: str) -> str:
    """Return how to install the libraries of some extras of ``pyproject.toml``.

    Hedgerow is on no package index, so the command names a clone.
    """
    return f'in a clone of hedgerow: python3 -m pip install ".[{",".join(extras)}]"'
