"""Everything Qt: the window, its pages and the widgets they are made of."""

from studio.runtime import preserve_import_function

with preserve_import_function():
    import PySide6.QtCore  # noqa: F401
