"""Follows a pickle opcode by opcode, without making any of its objects.

It needs linear time and allows only what `torch.save` writes for tensors, numbers, strings, tuples,
lists and dicts; see https://docs.python.org/3/library/pickletools.html for the opcodes.
"""

import pickletools
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from studio.models.tensor_files.error import TensorFileError
from studio.models.tensor_files.pickle_calls import (
    GLOBALS,
    PARAMETER,
    call_function,
    check_state,
)
from studio.models.tensor_files.pickle_values import (
    STORAGE_TYPES,
    Container,
    Global,
    Storage,
    Value,
    is_kind,
)

MAX_OPCODES = 100_000  # thirty times those of VGG-19 with its optimizer; takes two seconds
_PROTOCOL = 2
_VALUES = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINSTRING"}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY = {"EMPTY_TUPLE": "tuple", "EMPTY_LIST": "list", "EMPTY_DICT": "dict"}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}

# Gets key, type and number of elements of a storage, and raises TensorFileError unless the file
# contains its data.
FindStorage = Callable[[str, str, int], Storage]


def no_storage(_key: str, _type: str, _elements: int) -> Storage:
    """Refuse every storage, in a pickle that has none."""
    raise TensorFileError("a tensor is where none belongs")


def check_pickle(handle: BinaryIO, find_storage: FindStorage) -> Value:
    """Follow one pickle and return what its value looks like; `handle` is then after its end.

    Raises TensorFileError.
    """
    machine = _PickleMachine(find_storage)
    try:
        for count, (name, argument) in enumerate(_read_opcodes(handle)):
            if count > MAX_OPCODES:
                raise TensorFileError("it contains too many values")
            machine.step(name, argument)
        return machine.pop()
    except TensorFileError:
        raise
    except (ValueError, IndexError, KeyError, OverflowError):
        raise TensorFileError("the structure of its values is damaged") from None


def _read_opcodes(handle: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Yield names and arguments up to the end of the pickle; those of other opcodes are not read.

    `pickletools.genops` would decode those too, which can print warnings.
    """
    name = ""
    while name != "STOP":
        code = handle.read(1)
        if not code:
            raise TensorFileError("its end is missing")
        opcode = _OPCODES.get(code)
        if opcode is None:
            raise TensorFileError("it contains more than tensors and plain values")
        name = opcode.name
        yield name, opcode.arg.reader(handle) if opcode.arg else None


class _PickleMachine:
    """The stack of an unpickler. A mark begins a new stack, as in `torch.load`."""

    def __init__(self, find_storage: FindStorage) -> None:
        self._find_storage = find_storage
        self._stack: list[Value] = []
        self._outer: list[list[Value]] = []
        self._memo: dict[int, Value] = {}

    def pop(self) -> Value:
        """Remove and return the top of the stack: in the end the value of the pickle."""
        return self._stack.pop()

    def step(self, name: str, argument: Any) -> None:
        """Follow one opcode."""
        if name in _VALUES:
            self._stack.append(argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _EMPTY:
            self._stack.append(Container(_EMPTY[name]))
        elif name in _TUPLES:
            items = [self._stack.pop() for _ in range(_TUPLES[name])]
            self._stack.append(Container("tuple", items[::-1]))
        else:
            _STEPS[name](self, argument)

    def check_protocol(self, protocol: int) -> None:
        """Only protocol 2, which `torch.save` uses."""
        if protocol != _PROTOCOL:
            raise TensorFileError("it was not written by torch.save")

    def stop(self, _argument: None) -> None:
        """The end: no mark may be open."""
        if self._outer:
            raise TensorFileError("the structure of its values is damaged")

    def mark(self, _argument: None) -> None:
        """Begin a new stack, whose values the next opcode of several values takes."""
        self._outer.append(self._stack)
        self._stack = []

    def make_tuple(self, _argument: None) -> None:
        """Make a tuple of the values since the mark."""
        items = self._pop_mark()
        self._stack.append(Container("tuple", items))

    def append(self, _argument: None) -> None:
        """Append a value to a list."""
        item = self._stack.pop()
        self._top("list").extend([item])

    def extend(self, _argument: None) -> None:
        """Append the values since the mark to a list."""
        items = self._pop_mark()
        self._top("list").extend(items)

    def set_item(self, _argument: None) -> None:
        """Set a key of a dict."""
        pair = self._pop_pair()
        self._top("dict", "ordered").set_items(pair)

    def set_items(self, _argument: None) -> None:
        """Set the keys since the mark in a dict."""
        pairs = self._pop_mark()
        self._top("dict", "ordered").set_items(pairs)

    def refer(self, name: str) -> None:
        """Push a class or function by its name."""
        if name not in GLOBALS:
            shown = ".".join(name.split())[:80]
            raise TensorFileError(f"it contains more than tensors and plain values, “{shown}”")
        self._stack.append(Global(name))

    def call(self, _argument: None) -> None:
        """Call a function with a tuple of arguments."""
        function, arguments = self._pop_pair()
        self._stack.append(call_function(function, arguments))

    def new(self, _argument: None) -> None:
        """Make an object of a class: of a parameter only, as torch did before 0.4."""
        function, arguments = self._pop_pair()
        if function != Global(PARAMETER):
            raise TensorFileError("the structure of its values is damaged")
        self._stack.append(call_function(function, arguments))

    def build(self, _argument: None) -> None:
        """Set the state of an object."""
        state = self._stack.pop()
        check_state(self._stack[-1], state)

    def remember(self, index: int) -> None:
        """Keep the top of the stack for later use."""
        self._memo[index] = self._stack[-1]

    def recall(self, index: int) -> None:
        """Push a value that was kept. It must not change any more."""
        value = self._memo[index]
        if isinstance(value, Container):
            value.frozen = True
        self._stack.append(value)

    def load_storage(self, _argument: None) -> None:
        """Push the storage of a persistent id: type, key, location, elements, and no view."""
        identity = self._stack.pop()
        match identity.items if is_kind(identity, "tuple") else []:
            case ["storage", Global(name=name), str(key), str(), int(elements), *view]:
                is_valid = name in STORAGE_TYPES and elements >= 0 and view in ([], [None])
            case _:
                is_valid = False
        if not is_valid:
            raise TensorFileError("a tensor in it has no valid storage")
        self._stack.append(self._find_storage(key, name, elements))

    def _pop_mark(self) -> list[Value]:
        items = self._stack
        self._stack = self._outer.pop()
        return items

    def _pop_pair(self) -> list[Value]:
        second = self._stack.pop()
        return [self._stack.pop(), second]

    def _top(self, *kinds: str) -> Container:
        top = self._stack[-1]
        if is_kind(top, *kinds):
            return top
        raise TensorFileError("the structure of its values is damaged")


_STEPS: dict[str, Callable[[_PickleMachine, Any], None]] = {
    "PROTO": _PickleMachine.check_protocol,
    "STOP": _PickleMachine.stop,
    "MARK": _PickleMachine.mark,
    "TUPLE": _PickleMachine.make_tuple,
    "APPEND": _PickleMachine.append,
    "APPENDS": _PickleMachine.extend,
    "SETITEM": _PickleMachine.set_item,
    "SETITEMS": _PickleMachine.set_items,
    "GLOBAL": _PickleMachine.refer,
    "REDUCE": _PickleMachine.call,
    "NEWOBJ": _PickleMachine.new,
    "BUILD": _PickleMachine.build,
    "BINPUT": _PickleMachine.remember,
    "LONG_BINPUT": _PickleMachine.remember,
    "BINGET": _PickleMachine.recall,
    "LONG_BINGET": _PickleMachine.recall,
    "BINPERSID": _PickleMachine.load_storage,
}
_KNOWN = {*_VALUES, *_CONSTANTS, *_EMPTY, *_TUPLES, *_STEPS}
_OPCODES = {
    opcode.code.encode("latin-1"): opcode for opcode in pickletools.opcodes if opcode.name in _KNOWN
}
