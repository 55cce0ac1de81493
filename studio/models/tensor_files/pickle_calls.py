"""The functions that a pickle of tensors may call, and what they make of their arguments."""

from studio.models.tensor_files.error import TensorFileError
from studio.models.tensor_files.pickle_values import (
    MAX_AXES,
    STORAGE_TYPES,
    Container,
    Global,
    TensorValue,
    Value,
    check_key,
    check_tensor,
    is_kind,
)

_ORDERED_DICT, _SIZE = "collections OrderedDict", "torch Size"
PARAMETER = "torch.nn.parameter Parameter"
_REBUILD_TENSOR = ("torch._utils _rebuild_tensor", "torch._utils _rebuild_tensor_v2")
_REBUILD_PARAMETER = "torch._utils _rebuild_parameter"
GLOBALS = {
    *STORAGE_TYPES,
    *_REBUILD_TENSOR,
    _ORDERED_DICT,
    _SIZE,
    PARAMETER,
    _REBUILD_PARAMETER,
}


def call_function(function: Value, arguments: Value) -> Value:
    """What a function of a tensor file makes of its arguments."""
    if not isinstance(function, Global) or not is_kind(arguments, "tuple"):
        raise TensorFileError("the structure of its values is damaged")
    name, items = function.name, arguments.items
    if name == _ORDERED_DICT:
        return _ordered_dict(items)
    if name == _SIZE and len(items) == 1 and is_kind(items[0], "tuple"):
        return _size(items[0])
    if name in _REBUILD_TENSOR and 4 <= len(items) <= 6 and _are_plain(items[4:]):
        return check_tensor(items)
    is_parameter = name in (PARAMETER, _REBUILD_PARAMETER) and 1 <= len(items) <= 3
    if is_parameter and isinstance(items[0], TensorValue) and _are_plain(items[1:]):
        return TensorValue(is_parameter=True)
    raise TensorFileError("a tensor in it is of an unknown kind")


def _size(axes: Container) -> Container:
    """A size, of few axes: a long tuple that is copied again and again takes quadratic time."""
    if len(axes.items) > MAX_AXES:
        raise TensorFileError("a tensor in it has no valid shape")
    return axes


def _are_plain(items: list[Value]) -> bool:
    """Whether the last arguments of a tensor are a gradient flag and hooks without any hook."""
    return all(
        type(item) is bool or (is_kind(item, "dict", "ordered") and not item.items)
        for item in items
    )


def _ordered_dict(items: list[Value]) -> Container:
    """An OrderedDict, which Python 2 wrote with a list of its items."""
    ordered = Container("ordered")
    pairs: list[Value] = []
    if len(items) == 1 and is_kind(items[0], "list") and not items[0].frozen:
        pairs = items[0].items
        items[0].frozen = True  # used once: many uses of a long list would take quadratic time
    if (items and not pairs) or len(items) > 1:
        raise TensorFileError("the structure of its values is damaged")
    for pair in pairs:
        if not is_kind(pair, "list", "tuple") or len(pair.items) != 2:
            raise TensorFileError("the structure of its values is damaged")
        check_key(pair.items[0])
        ordered.set_items(pair.items)
    return ordered


def check_state(target: Value, state: Value) -> None:
    """Check what is set on an object: the versions of layers, or the flags of a parameter."""
    if is_kind(target, "ordered") and is_kind(state, "dict") and state.keys <= {"_metadata"}:
        return
    is_parameter = isinstance(target, TensorValue) and target.is_parameter
    has_flags = is_kind(state, "tuple") and len(state.items) == 3 and _are_plain(state.items)
    if is_parameter and has_flags:
        return
    raise TensorFileError("the structure of its values is damaged")
