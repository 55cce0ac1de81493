"""The parts of the main window around its pages: navigation, shortcuts, dialogs, closing."""
