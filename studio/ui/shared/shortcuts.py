"""Every keyboard shortcut of the window by name: its keys, what it does, where it is listed.

The list of keys shows all of them, also those of views that are made when they are first opened.
"""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

GENERAL, TRAINING = "Everywhere", "While training"
TRAIN, DRAW, MISTAKES, RUNS = "Train", "Draw", "Mistakes", "Runs"
QUEUE = "Train: queue"
LABEL_ISSUES, MAP = "Mistakes: label issues", "Mistakes: map"


class Shortcut(NamedTuple):
    """Keys that all do the same; the first one is named in tooltips."""

    group: str
    text: str
    keys: tuple[str, ...]


SHORTCUTS = {
    "show_train": Shortcut(GENERAL, "Train", ("Ctrl+1",)),
    "show_draw": Shortcut(GENERAL, "Draw", ("Ctrl+2",)),
    "show_mistakes": Shortcut(GENERAL, "Mistakes", ("Ctrl+3",)),
    "show_runs": Shortcut(GENERAL, "Runs", ("Ctrl+4",)),
    "start_training": Shortcut(GENERAL, "Start training", ("Ctrl+T",)),
    "resume_training": Shortcut(GENERAL, "Resume the last stopped run", ("Ctrl+R",)),
    "list_shortcuts": Shortcut(GENERAL, "Show this list", ("?",)),
    "add_to_queue": Shortcut(TRAIN, "Add the settings to the queue", ("Ctrl+Shift+T",)),
    "undo_settings": Shortcut(TRAIN, "Undo a change of the settings", ("Ctrl+Z",)),
    "redo_settings": Shortcut(TRAIN, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    "search_settings": Shortcut(TRAIN, "Search the settings", ("Ctrl+F",)),
    "save_recipe": Shortcut(TRAIN, "Save the settings as a recipe", ("Ctrl+S",)),
    "toggle_form": Shortcut(TRAIN, "Show or hide the settings", ("Ctrl+B",)),
    "move_up_in_queue": Shortcut(QUEUE, "Train it earlier", ("Alt+Up",)),
    "move_down_in_queue": Shortcut(QUEUE, "Train it later", ("Alt+Down",)),
    "remove_from_queue": Shortcut(QUEUE, "Remove from the queue", ("Del",)),
    "pause_training": Shortcut(TRAINING, "Pause or resume", ("Space",)),
    "stop_training": Shortcut(TRAINING, "Stop and save", ("Esc",)),
    "use_pen": Shortcut(DRAW, "Pen", ("P",)),
    "use_eraser": Shortcut(DRAW, "Eraser", ("E",)),
    "thinner_pen": Shortcut(DRAW, "Thinner pen", ("[",)),
    "thicker_pen": Shortcut(DRAW, "Thicker pen", ("]",)),
    "undo_stroke": Shortcut(DRAW, "Undo", ("Ctrl+Z",)),
    "redo_stroke": Shortcut(DRAW, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    "clear_canvas": Shortcut(DRAW, "Clear", ("Del", "Backspace")),
    "open_image": Shortcut(DRAW, "Open an image", ("Ctrl+O",)),
    "open_image_folder": Shortcut(DRAW, "Open a folder of images", ("Ctrl+Shift+O",)),
    "use_webcam": Shortcut(DRAW, "Use the webcam, or freeze its image", ("Ctrl+Shift+W",)),
    "paste_image": Shortcut(DRAW, "Paste an image", ("Ctrl+V",)),
    "copy_drawing": Shortcut(DRAW, "Copy as image", ("Ctrl+C",)),
    "save_drawing": Shortcut(DRAW, "Save as PNG", ("Ctrl+S",)),
    "nudge_drawing": Shortcut(DRAW, "Move the drawing", ("Left", "Right", "Up", "Down")),
    "nudge_drawing_far": Shortcut(DRAW, "Move it farther", ("Shift+Left", "Shift+Right")),
    "enlarge_drawing": Shortcut(DRAW, "Enlarge the drawing", ("Ctrl++", "Ctrl+=")),
    "shrink_drawing": Shortcut(DRAW, "Shrink the drawing", ("Ctrl+-",)),
    "rotate_drawing_left": Shortcut(DRAW, "Rotate the drawing left", (",",)),
    "rotate_drawing_right": Shortcut(DRAW, "Rotate the drawing right", (".",)),
    "center_drawing": Shortcut(DRAW, "Center the drawing", ("C",)),
    "next_draw_view": Shortcut(DRAW, "Next view", ("Ctrl+PgDown",)),
    "previous_draw_view": Shortcut(DRAW, "Previous view", ("Ctrl+PgUp",)),
    "label_drawing": Shortcut(DRAW, "My handwriting: save as this digit", ("0", "9")),
    "delete_drawing": Shortcut(DRAW, "My handwriting: delete the selected drawings", ("Del",)),
    "toggle_overlay": Shortcut(DRAW, "Saliency on the drawing", ("W",)),
    "show_nearest": Shortcut(DRAW, "Nearest training samples", ("N",)),
    "move_in_grid": Shortcut(MISTAKES, "Move through the samples", ("Left", "Right", "Up", "Down")),
    "next_sample": Shortcut(MISTAKES, "Next sample", ("N",)),
    "previous_sample": Shortcut(MISTAKES, "Previous sample", ("P",)),
    "toggle_saliency": Shortcut(MISTAKES, "Show or hide the saliency map", ("W",)),
    "relabel_sample": Shortcut(MISTAKES, "Relabel: digit or first letter", ("0", "9")),
    "relabel_list": Shortcut(MISTAKES, "Relabel as a class of the list", ("L",)),
    "exclude_sample": Shortcut(MISTAKES, "Exclude, or include again", ("X",)),
    "ambiguous_sample": Shortcut(MISTAKES, "Mark as ambiguous", ("A",)),
    "tag_sample": Shortcut(MISTAKES, "Tag", ("T",)),
    "undo_fix": Shortcut(MISTAKES, "Undo a change", ("Ctrl+Z",)),
    "redo_fix": Shortcut(MISTAKES, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    "show_all_classes": Shortcut(MISTAKES, "Show all classes", ("Esc",)),
    "select_all_samples": Shortcut(MISTAKES, "Select all samples", ("Ctrl+A",)),
    "search_samples": Shortcut(MISTAKES, "Search samples", ("Ctrl+F",)),
    "larger_images": Shortcut(MISTAKES, "Larger images", ("Ctrl++", "Ctrl+=")),
    "smaller_images": Shortcut(MISTAKES, "Smaller images", ("Ctrl+-",)),
    "toggle_lasso": Shortcut(MAP, "Lasso", ("L",)),
    "move_on_map": Shortcut(MAP, "Move from point to point", ("Left", "Right", "Up", "Down")),
    "pan_map": Shortcut(MAP, "Pan", ("Ctrl+Left", "Ctrl+Right")),
    "select_on_map": Shortcut(MAP, "Select all points in view", ("Ctrl+A",)),
    "show_map_selection": Shortcut(MAP, "Show the selection in the grid", ("G",)),
    "accept_issue": Shortcut(LABEL_ISSUES, "Accept the suggested class", ("Y", "Return", "Enter")),
    "reject_issue": Shortcut(LABEL_ISSUES, "The label is right", ("R",)),
    "ambiguous_issue": Shortcut(LABEL_ISSUES, "The label is ambiguous", ("A",)),
    "filter_runs": Shortcut(RUNS, "Filter", ("Ctrl+F",)),
    "open_run": Shortcut(RUNS, "Explore the mistakes of the run", ("Return", "Enter")),
}


def add_shortcut(
    name: str,
    widget: QWidget,
    slot: Callable[[], object],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> QShortcut:
    """Call `slot` on the keys of a shortcut of `SHORTCUTS`.

    By default the keys work wherever the focus is, as long as `widget` is visible. Text fields take
    their letters before a shortcut does.
    """
    shortcut = QShortcut(widget)
    shortcut.setObjectName(name)
    shortcut.setKeys([QKeySequence(keys) for keys in SHORTCUTS[name].keys])
    shortcut.setWhatsThis(SHORTCUTS[name].text)
    shortcut.setContext(context)
    shortcut.activated.connect(slot)
    return shortcut


def declare_shortcut(name: str, widget: QWidget) -> None:
    """List a shortcut whose keys `widget` handles itself."""
    shortcut = add_shortcut(name, widget, widget.setFocus, Qt.ShortcutContext.WidgetShortcut)
    shortcut.setEnabled(False)  # or Qt would take the keys before the widget


def key_text(name: str) -> str:
    """Return the first keys of a shortcut as the system writes them, such as "Ctrl+Z"."""
    return QKeySequence(SHORTCUTS[name].keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def with_keys(tooltip: str, name: str) -> str:
    """Append the keys of a shortcut to a tooltip: "Undo the last stroke (Ctrl+Z)"."""
    return f"{tooltip} ({key_text(name)})"
