"""What a person changed of one sample, and the hash of the fixes of a dataset."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class SampleFix:
    """The changes of a sample: its new label as a class name, None for the label it came with.

    An excluded sample is in no split; an ambiguous one is trained on, but counted apart in the
    accuracy. Tags are sorted and unique.
    """

    label: str | None = None
    excluded: bool = False
    ambiguous: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return self != _NOTHING

    def to_dict(self) -> dict[str, Any]:
        """Return what is changed as plain values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value != getattr(_NOTHING, name)
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Make a fix of the values of `to_dict`. Raises ValueError for other values."""
        if not isinstance(values, Mapping) or not values.keys() <= _TYPES.keys():
            raise ValueError(f"not the fix of a sample: {values!r}")
        for name, value in values.items():
            if not isinstance(value, _TYPES[name]):
                raise ValueError(f"not a valid {name}: {value!r}")
        tags = values.get("tags", ())
        if not all(isinstance(tag, str) for tag in tags):
            raise ValueError(f"not valid tags: {tags!r}")
        return cls(**{**values, "tags": tuple(sorted(set(tags)))})


_NOTHING = SampleFix()
_TYPES: dict[str, type | tuple[type, ...]] = {
    "label": str,
    "excluded": bool,
    "ambiguous": bool,
    "tags": (list, tuple),
    "note": str,
}

Fixes = Mapping[str, SampleFix]  # by sample id

_HASH_BITS = 64


def fix_digest(sample: str, fix: SampleFix) -> int:
    """Return what a sample's fix adds to the hash of all fixes; 0 where nothing is changed."""
    if not fix:
        return 0
    text = json.dumps([sample, fix.to_dict()], sort_keys=True, ensure_ascii=True)
    return int.from_bytes(
        hashlib.blake2b(text.encode(), digest_size=_HASH_BITS // 8).digest(), "big"
    )


def format_hash(digest_sum: int) -> str:
    """Format a sum of digests as 16 hex digits; "" without fixes."""
    return f"{digest_sum % (1 << _HASH_BITS):016x}" if digest_sum else ""


def fixes_hash(fixes: Fixes) -> str:
    """Return 16 hex digits that identify fixes by their content; "" without any.

    The sum of the digests of the samples, modulo 2^64, does not depend on their order and is
    updated in constant time (M. Bellare, D. Micciancio, A New Paradigm for Collision-free Hashing:
    Incrementality at Reduced Cost, 1997).
    """
    return format_hash(sum(fix_digest(sample, fix) for sample, fix in fixes.items()))
