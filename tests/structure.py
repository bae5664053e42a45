"""How the packages hang together; run by hand: ``uv run python tests/structure.py``."""

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import networkx

SRC = Path(__file__).resolve().parents[1] / "src"


def modules() -> networkx.DiGraph:
    """Return all modules with their imports, those for type checkers alone left out."""
    found = grimp.build_graph("hedgerow", exclude_type_checking_imports=True, cache_dir=None)
    graph = networkx.DiGraph()
    graph.add_nodes_from(found.modules)
    for module in found.modules:
        imported = found.find_modules_directly_imported_by(module)
        graph.add_edges_from((module, other) for other in imported)
    return graph


def packages(graph: networkx.DiGraph) -> networkx.DiGraph:
    """Return the packages and modules at the top, with the imports between them."""
    top = networkx.DiGraph()
    for module in graph:
        if "." in module:
            top.add_node(module.split(".")[1])
    for one, other in graph.edges:
        pair = [module.split(".")[1] for module in (one, other) if "." in module]
        if len(pair) == 2 and pair[0] != pair[1]:
            top.add_edge(*pair)
    return top


def circles(graph: networkx.DiGraph) -> list[list[str]]:
    """Return the groups of modules or packages that import each other, directly or not."""
    return [sorted(c) for c in networkx.strongly_connected_components(graph) if len(c) > 1]


def levels(graph: networkx.DiGraph) -> int:
    """Return on how many levels packages stand, each above all that it imports."""
    return networkx.dag_longest_path_length(networkx.condensation(graph)) + 1


def inner_imports(src: Path = SRC) -> Iterator[tuple[str, int, str]]:
    """Yield the imports that stand in functions: file, line, and what is imported.

    What is imported is the name of a library, or a dotted name below ``hedgerow``.
    """
    for path in sorted((src / "hedgerow").rglob("*.py")):
        file = path.relative_to(src / "hedgerow")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = (
            n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        nodes = {node for function in functions for node in ast.walk(function)}
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield file.as_posix(), node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom):
                package = ("hedgerow", *file.parent.parts)
                above = package[: len(package) + 1 - node.level] if node.level else ()
                whole = [".".join(above), *filter(None, [node.module])]
                base = ".".join(filter(None, whole))
                names = [""] if node.module else [f".{alias.name}" for alias in node.names]
                for name in names:
                    yield file.as_posix(), node.lineno, base + name


def main() -> None:
    """Print how many packages, levels, imports between packages and circles there are."""
    graph = modules()
    top = packages(graph)
    print(f"packages and modules at the top  {len(top)}")
    print(f"levels                           {levels(top)}")
    print(f"imports between them             {top.number_of_edges()}")
    print(f"circles of packages              {circles(top)}")
    print(f"circles of modules               {circles(graph)}")
    inner = list(inner_imports())
    own = [entry for entry in inner if entry[2].startswith("hedgerow")]
    print(f"imports in functions             {len(inner)}, of hedgerow itself {len(own)}")


if __name__ == "__main__":
    main()
