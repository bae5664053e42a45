"""The model in compiled code: rows of replicates, one packed buffer of numbers.

`simulate.simulate` is the twin of `hedgerow.model.simulate.simulate`; `known.fits` tells which
worlds it plays. Files have the names of those of the model that they mirror.
"""
