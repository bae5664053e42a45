"""The model in compiled code: rows of replicates, one packed buffer of numbers.

`simulate.simulate` is the twin of `hedgerow.model.simulate.simulate`; `known.unknown` tells what it
does not know. Files have the names of those of the model that they mirror, and so have functions:
one without a word of its own does what that of its name does, for one country.
"""
