"""Pictures of results: one file a figure, each ``draw(results, country) -> Figure``.

Matplotlib is imported only here, and without pyplot: nothing is global, nothing opens a window.
"""
