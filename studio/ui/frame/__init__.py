"""The parts of the main window around its pages: navigation, keys, questions, closing."""
