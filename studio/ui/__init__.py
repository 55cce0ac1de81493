"""Everything Qt: the window, its pages and the widgets they are made of."""

import builtins

_pythons_own = builtins.__import__
import PySide6.QtCore  # noqa: E402, F401

# PySide looks up its switch `from __feature__ import …` at every import statement from now on,
# which makes each some 15 µs slower, and there are thousands. Nothing here uses the switch.
builtins.__import__ = _pythons_own
