QUICK = frozenset()
