"""What the values of a pickle look like to the check: their structure, without their contents."""

from dataclasses import dataclass
from typing import Final, TypeAlias, TypeGuard

from studio.models.tensor_files.error import TensorFileError

MAX_DEPTH: Final = 16
MAX_VALUES: Final = 1_000_000
MAX_INDEX: Final = 1_000_000
MAX_AXES: Final = 16

# Bytes of one element.
STORAGE_TYPES: Final = {
    "torch DoubleStorage": 8,
    "torch FloatStorage": 4,
    "torch HalfStorage": 2,
    "torch BFloat16Storage": 2,
    "torch LongStorage": 8,
    "torch IntStorage": 4,
    "torch ShortStorage": 2,
    "torch CharStorage": 1,
    "torch ByteStorage": 1,
    "torch BoolStorage": 1,
}


@dataclass(frozen=True, slots=True)
class Global:
    """A class or function that the pickle refers to, as "module name"."""

    name: str


@dataclass(frozen=True, slots=True)
class Storage:
    """The memory of a tensor: its number of elements and the bytes of one of them."""

    elements: int
    item_bytes: int


@dataclass(slots=True)
class TensorValue:
    """A tensor or a parameter."""

    is_parameter: bool = False


class Container:
    """A tuple, list or dict, with the depth and the number of values in it when written out.

    A container that is used again is frozen. Therefore no container contains itself, and depth and
    number are final. Values in several places count once for each place: what visits all of them,
    as copying an optimizer state does, takes that long.
    """

    __slots__ = ("depth", "frozen", "items", "keys", "kind", "values")

    def __init__(self, kind: str, items: "list[Value] | None" = None) -> None:
        """`kind` is `tuple`, `list`, `dict`, or `ordered` for an OrderedDict."""
        self.kind = kind
        self.items: list[Value] = []
        self.keys: set[str | int] = set()
        self.values = 1
        self.depth = 1
        self.frozen = False
        self.extend(items or [])

    def extend(self, items: "list[Value]") -> None:
        """Add values. Raises TensorFileError beyond the limits."""
        if self.frozen:
            raise TensorFileError("it changes a value after using it")
        for item in items:
            values, depth = (item.values, item.depth) if isinstance(item, Container) else (1, 0)
            self.values += values
            self.depth = max(self.depth, 1 + depth)
        if self.depth > MAX_DEPTH or self.values > MAX_VALUES:
            raise TensorFileError("its values are nested too deeply or too often")
        self.items += items

    def set_items(self, pairs: "list[Value]") -> None:
        """Add keys and values, which alternate. Raises TensorFileError for other keys."""
        if len(pairs) % 2:
            raise TensorFileError("a key in it has no value")
        for key in pairs[::2]:
            self.keys.add(check_key(key))
        self.extend(pairs[1::2])


Value: TypeAlias = str | int | float | bytes | Container | Global | Storage | TensorValue | None


def check_key(key: object) -> str | int:
    """Return a key whose hash is cheap: a string or a small number. Raises TensorFileError."""
    # Multiples of 2^61 - 1 have the same hash, so that many of them take quadratic time.
    if isinstance(key, str) or (isinstance(key, int) and 0 <= key < MAX_INDEX):
        return key
    raise TensorFileError("a key in it is neither a name nor an index")


def is_kind(value: object, *kinds: str) -> TypeGuard[Container]:
    """Whether a value is a container of one of these kinds."""
    return isinstance(value, Container) and value.kind in kinds


def check_tensor(arguments: list[Value]) -> TensorValue:
    """Check storage, offset, size and stride of a tensor. Raises TensorFileError."""
    storage, offset, size, stride = arguments[:4]
    if not isinstance(storage, Storage) or not _is_count(offset):
        raise TensorFileError("a tensor in it has no valid storage")
    lengths, steps = _counts(size), _counts(stride)
    if len(lengths) != len(steps):
        raise TensorFileError("a tensor in it has no valid shape")
    elements, last = 1, offset
    for length, step in zip(lengths, steps, strict=True):
        elements *= length
        last += (length - 1) * step
    if elements and (last >= storage.elements or elements > storage.elements):
        raise TensorFileError("a tensor in it is larger than its data")
    return TensorValue()


def _counts(value: Value) -> list[int]:
    items = value.items if is_kind(value, "tuple") and len(value.items) <= MAX_AXES else [None]
    counts = [item for item in items if _is_count(item)]
    if len(counts) != len(items):
        raise TensorFileError("a tensor in it has no valid shape")
    return counts


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < 1 << 62
