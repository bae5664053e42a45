"""The model once more, compiled: eight or sixteen replicates at a time, in vectors of the machine.

Needs numba. Modules mirror those of `hedgerow.model` and their functions bear the same names; what
a function means, and where it comes from, stands there. Numbers agree to rounding.
"""
