"""The second design of the model, in NumPy: politics on top of habit, and powers that act.

It is whole by itself and drives nothing yet; `hedgerow.model` is what scenarios run on.
"""
