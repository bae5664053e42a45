"""The second design of the model, in NumPy: politics on top of habit, and powers that act.

To import a part is to import all that plays, so that `written` can keep it as it is then.
"""

from . import written as written
