"""The overlay of class names: which of the set's own classes bear a name now. No Qt here."""

from collections.abc import Mapping, Sequence

Pairs = tuple[tuple[str, str], ...]


def originals_by_name(originals: Sequence[str], rename: Pairs) -> dict[str, list[str]]:
    """For each name under the overlay the set's own classes that bear it."""
    new = dict(rename)
    found: dict[str, list[str]] = {}
    for old in originals:
        found.setdefault(new.get(old, old), []).append(old)
    return found


def with_name(typed: str, own: Sequence[str], originals: Sequence[str], rename: Pairs) -> Pairs:
    """The overlay after `own` classes of the set were given the name `typed`.

    Nothing typed gives each of them the set's own name back, which also parts merged ones.
    """
    return _changed({old: typed or old for old in own}, originals, rename)


def without(own: Sequence[str], originals: Sequence[str], rename: Pairs) -> Pairs:
    """The overlay after `own` classes of the set were left out: they are to be called nothing."""
    return _changed(dict.fromkeys(own, ""), originals, rename)


def with_all(rename: Pairs) -> Pairs:
    """The overlay with every class that was left out back under its own name."""
    return tuple((old, new) for old, new in rename if new)


def origin_words(name: str, old: Sequence[str]) -> str:
    """Where a class comes from, for the line under its name; nothing when it is as it was."""
    if len(old) > 1:
        return " + ".join(old)
    return f"was {old[0]}" if old and old[0] != name else ""


def change_words(name: str, typed: str, old: Sequence[str], others: Sequence[str]) -> str:
    """What a change of a name did; `others` are the names of the other classes."""
    if not typed:
        return f"{_listed(old)} {'is' if len(old) == 1 else 'are'} called as in the set again."
    if typed in others:
        return f"“{name}” and “{typed}” are one class now. Their pictures count together."
    return f"“{name}” is called “{typed}” now. No file is changed."


def left_out_words(originals: Sequence[str], rename: Pairs) -> str:
    """Which classes are left out, or nothing."""
    gone = originals_by_name(originals, rename).get("", [])
    return f"Left out: {_listed(gone)}" if gone else ""


def _changed(changes: Mapping[str, str], originals: Sequence[str], rename: Pairs) -> Pairs:
    new = {**dict(rename), **changes}
    return tuple((old, new[old]) for old in originals if new.get(old, old) != old)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
