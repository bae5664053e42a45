"""The model: habit and politics, equations of one quarter, and the block of runs that plays them.

To import a part is to import all that plays, so that `written` can keep it as it is then.
"""

from . import written as written
