"""Named combinations of filter and order, kept in the settings of the window. No Qt here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from studio.ui.mistakes.samples.sample_filter import FixState, Outcome, SampleFilter, SortKey

if TYPE_CHECKING:
    from studio.ui.settings import Settings

SETTINGS_KEY = "mistakes_saved_views"
MAX_VIEWS, MAX_NAME = 50, 60
# Class fields are stored by name, because class numbers belong to one dataset. Subsets and other
# runs belong to one evaluation and are not stored.
_CLASS_FIELDS = ("true", "predicted", "second")


@dataclass(frozen=True)
class SavedView:
    """A filter with a name. `classes` holds the class names of its fields true, predicted, second.

    These fields of `wanted` are None.
    """

    name: str
    wanted: SampleFilter
    classes: tuple[tuple[str, str], ...] = ()

    def missing_classes(self, class_names: Sequence[str]) -> list[str]:
        """Return the classes of the view that a dataset does not have."""
        return [name for _, name in self.classes if name not in class_names]

    def filter_for(self, class_names: Sequence[str]) -> SampleFilter:
        """Return the filter for a dataset. Raises ValueError if it lacks a class."""
        numbers: dict[str, Any] = {
            field: list(class_names).index(name) for field, name in self.classes
        }
        return replace(self.wanted, **numbers)

    def to_json(self) -> dict[str, Any]:
        """Return the values that differ from the defaults."""
        wanted = self.wanted
        names = (*_STORED, *_CHOICES)
        stored = {name: getattr(wanted, name) for name in names if wanted.is_changed(name)}
        return {"name": self.name, **stored, **dict(self.classes)}


# The plain fields with their types, and those that choose one of several values.
_STORED: Mapping[str, tuple[type, ...]] = {
    "reverse": (bool,),
    "true_in_top2": (bool,),
    "min_confidence": (float, int),
    "max_confidence": (float, int),
    "text": (str,),
    "tag": (str,),
}
_CHOICES = {"outcome": Outcome, "sort": SortKey, "fix": FixState}

BUILT_IN = (
    SavedView("Confident mistakes", SampleFilter(sort=SortKey.CONFIDENCE)),
    SavedView("Close calls", SampleFilter(outcome=Outcome.ALL, sort=SortKey.MARGIN)),
    SavedView("Second choice was right", SampleFilter(true_in_top2=True, sort=SortKey.MARGIN)),
    SavedView(
        "Hardest correct predictions",
        SampleFilter(outcome=Outcome.CORRECT, sort=SortKey.LOSS),
    ),
    SavedView("Most often forgotten", SampleFilter(outcome=Outcome.ALL, sort=SortKey.FORGETTING)),
    SavedView("Likely label issues", SampleFilter(outcome=Outcome.ALL, sort=SortKey.ISSUE)),
    SavedView("My changes", SampleFilter(outcome=Outcome.ALL, fix=FixState.CHANGED)),
)


def create_view(name: str, wanted: SampleFilter, class_names: Sequence[str]) -> SavedView:
    """Make a view of the present filter, without what belongs to one evaluation only."""
    numbers = {field: getattr(wanted, field) for field in _CLASS_FIELDS}
    chosen = {field: number for field, number in numbers.items() if number is not None}
    classes = tuple((field, class_names[number]) for field, number in chosen.items())
    dropped: dict[str, Any] = dict.fromkeys(_CLASS_FIELDS) | {"subset": None, "differs_from": ""}
    return SavedView(name.strip(), replace(wanted, **dropped), classes)


def name_problem(name: str, views: Sequence[SavedView], renamed: str = "") -> str:
    """Return why a view cannot have this name, or ""; `renamed` is its present name."""
    name = name.strip()
    if not name:
        return "Enter a name."
    if len(name) > MAX_NAME:
        return f"Use at most {MAX_NAME} characters."
    others = {view.name for view in (*BUILT_IN, *views)} - {renamed}
    if name in others:
        return "There is a view of this name."
    return ""


def parse_views(value: Any) -> list[SavedView]:
    """Read stored views; those that are damaged are left out. Raises TypeError for no list."""
    if not isinstance(value, list):
        raise TypeError("not a list of views")
    views: dict[str, SavedView] = {}
    for item in value:
        try:
            view = parse_view(item)
        except (TypeError, ValueError, KeyError):
            continue
        if not name_problem(view.name, list(views.values())):
            views[view.name] = view
    return list(views.values())[:MAX_VIEWS]


def parse_view(item: Any) -> SavedView:
    """Read one view. Raises TypeError, ValueError or KeyError."""
    if not isinstance(item, dict) or not isinstance(item["name"], str):
        raise TypeError("not a view")
    values = {name: _plain(item[name], types) for name, types in _STORED.items() if name in item}
    values |= {name: choice(item[name]) for name, choice in _CHOICES.items() if name in item}
    wanted = SampleFilter(**values)
    if not 0 <= wanted.min_confidence <= wanted.max_confidence <= 1:
        raise ValueError("not a range of fractions")
    classes = {field: _plain(item[field], (str,)) for field in _CLASS_FIELDS if field in item}
    return SavedView(item["name"].strip(), wanted, tuple(classes.items()))


def _plain(value: Any, types: tuple[type, ...]) -> Any:
    if type(value) not in types:  # a bool is an int too
        raise TypeError(f"not of type {types}: {value!r}")
    return value


class SavedViewList:
    """The views that the user saved, in the settings of the window."""

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self.views: list[SavedView] = settings.read_json(SETTINGS_KEY, parse_views, [])

    @property
    def is_full(self) -> bool:
        """Whether no further view can be saved."""
        return len(self.views) >= MAX_VIEWS

    def add(self, view: SavedView) -> None:
        """Save a view, whose name is new."""
        self._store([*self.views, view])

    def rename(self, name: str, new_name: str) -> None:
        """Give the view of a name another one."""
        renamed = new_name.strip()
        self._store([replace(v, name=renamed) if v.name == name else v for v in self.views])

    def delete(self, name: str) -> None:
        """Delete the view of a name."""
        self._store([view for view in self.views if view.name != name])

    def _store(self, views: list[SavedView]) -> None:
        self.views = views
        self._settings.write_json(SETTINGS_KEY, [view.to_json() for view in views])
