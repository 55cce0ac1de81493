"""Changes of files as accidents and attackers make them. The same seed gives the same changes."""

import hashlib
import io
import json
import pickletools
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

Mutator = Callable[[bytes, random.Random], bytes]

# Numbers at which sizes, counts and offsets overflow.
_EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1)
_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3,
    1 << 70,
    10**400,
    0.5,
    -1e308,
    float("nan"),
    float("inf"),
    "",
    "\x00\x1b[31m",
    "../../etc/passwd",
    "9" * 5000,
    [],
    {},
    [[]],
    {"a": {"b": [1]}},
    [1, "2", None],
)
_SIGNATURES = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    """Flip one to eight bits."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def truncate(data: bytes, rng: random.Random) -> bytes:
    """Cut off the end."""
    return data[: rng.randrange(len(data))]


def delete(data: bytes, rng: random.Random) -> bytes:
    """Remove a piece."""
    start, end = _piece(data, rng)
    return data[:start] + data[end:]


def duplicate(data: bytes, rng: random.Random) -> bytes:
    """Repeat a piece once, or many times."""
    start, end = _piece(data, rng)
    return data[:start] + data[start:end] * rng.choice((2, 2, 3, 50)) + data[end:]


def insert(data: bytes, rng: random.Random) -> bytes:
    """Insert random bytes, zeros, brackets or text."""
    position = rng.randrange(len(data) + 1)
    length = rng.choice((1, 2, 8, 100))
    inserted = rng.choice((rng.randbytes(length), bytes(length), b"[" * length, b"1e999", b"\n"))
    return data[:position] + inserted + data[position:]


def overwrite(data: bytes, rng: random.Random) -> bytes:
    """Overwrite a few bytes with a number at which sizes overflow."""
    number = struct.pack(rng.choice("<>") + "Q", rng.choice(_EXTREMES))
    piece = number[: rng.choice((1, 2, 4, 8))]
    start = rng.randrange(len(data))
    return data[:start] + piece + data[start + len(piece) :]


def swap(data: bytes, rng: random.Random) -> bytes:
    """Swap two pieces of one length."""
    length = rng.choice((1, 4, 16, 100))
    first, second = sorted(rng.randrange(len(data)) for _ in range(2))
    if first + length > second or second + length > len(data):
        return flip_bits(data, rng)
    a, b = data[first : first + length], data[second : second + length]
    return data[:first] + b + data[first + length : second] + a + data[second + length :]


def replace_all(data: bytes, rng: random.Random) -> bytes:
    """Something else entirely: nothing, noise, another format."""
    return rng.choice(
        (b"", b"\x00" * 64, rng.randbytes(300), b"{}", b"[]", b"null", b"PK", b"\xff")
    )


BYTES: tuple[Mutator, ...] = (
    flip_bits,
    truncate,
    delete,
    duplicate,
    insert,
    overwrite,
    swap,
    replace_all,
)


def json_values(data: bytes, rng: random.Random) -> bytes:
    """Change a value, its type or a key somewhere in JSON; several lines are changed one by one."""
    lines = data.split(b"\n") if data.startswith(b'{"event"') else [data]
    index = rng.randrange(len(lines))
    try:
        tree = json.loads(lines[index])
    except ValueError:
        return flip_bits(data, rng)
    lines[index] = json.dumps(change_tree(tree, rng)).encode()
    return b"\n".join(lines)


def manifest_values(data: bytes, rng: random.Random) -> bytes:
    """Change what a manifest lists, with the checksum that an attacker would also change."""
    content = json.loads(data)
    files = change_tree(content["files"], rng)
    if rng.random() < 0.2 and isinstance(files, dict):
        files[rng.choice(("../../outside", "/etc/passwd", "a\x00b", "", "x" * 5000))] = [None]
    text = json.dumps(files, sort_keys=True, separators=(",", ":"))
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(content | {"files": files, "sha256": checksum}, indent=1).encode()


def change_tree(tree: Any, rng: random.Random) -> Any:
    """Change one node of nested dicts and lists, in place, and return the tree."""
    places = list(_places(tree))
    if not places:
        return rng.choice(_VALUES)
    parent, key = rng.choice(places)
    match rng.randrange(5):
        case 0:
            del parent[key]
        case 1:
            other_parent, other = rng.choice(places)
            parent[key] = other_parent[other] if other_parent is not tree else None
        case 2 if isinstance(parent, dict):
            parent[rng.choice(("", "x", key.upper(), key + "s"))] = parent.pop(key)
        case _:
            parent[key] = rng.choice(_VALUES)
    return tree


def _places(tree: Any) -> Any:
    """Every parent and key of a tree."""
    if not isinstance(tree, (dict, list)):
        return
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree))
    for key in list(keys):
        yield tree, key
        yield from _places(tree[key])


def toml_values(data: bytes, rng: random.Random) -> bytes:
    """Change the value or the name in one line of TOML."""
    lines = data.decode().split("\n")
    candidates = [index for index, line in enumerate(lines) if "=" in line]
    if not candidates:
        return flip_bits(data, rng)
    index = rng.choice(candidates)
    name, _, _ = lines[index].partition("=")
    value = rng.choice(("nan", "inf", "-1", '""', "[]", "{}", "true", "1e400", '"x"', "[" * 2000))
    value = rng.choice((value, str(10**30), "1979-05-27", '"\\u0000"', "[[1]]", '"/"'))
    lines[index] = rng.choice((f"{name}= {value}", f"a{name}= 1", "", f"{name}.x.y= {value}"))
    return "\n".join(lines).encode()


def pickle_opcodes(data: bytes, rng: random.Random) -> bytes:
    """Change opcodes or arguments in the pickle of a file of torch."""
    return _change_pickle(data, rng, _change_opcode)


def pickle_splice(data: bytes, rng: random.Random) -> bytes:
    """Insert opcodes that reuse, nest or call in the pickle of a file of torch."""
    return _change_pickle(data, rng, _splice_opcodes)


def _change_pickle(data: bytes, rng: random.Random, change: Mutator) -> bytes:
    try:
        members = _read_zip(data)
    except (zipfile.BadZipFile, ValueError):
        start = rng.randrange(max(len(data) // 4, 1))  # the old format begins with pickles
        return data[:start] + change(data[start : start + 2000], rng) + data[start + 2000 :]
    name = next(name for name in members if name.endswith("data.pkl"))
    return _write_zip(members | {name: change(members[name], rng)})


def _positions(pickle: bytes) -> list[int]:
    positions = []
    try:
        positions.extend(position or 0 for _, _, position in pickletools.genops(pickle))
    except Exception:  # noqa: BLE001 - it may be changed already
        positions.append(0)
    return positions


def _change_opcode(pickle: bytes, rng: random.Random) -> bytes:
    position = rng.choice(_positions(pickle) or [0])
    changed = bytearray(pickle or b"\0")
    code = rng.choice(pickletools.opcodes).code.encode("latin-1")
    match rng.randrange(3):
        case 0:
            changed[position : position + 1] = code
        case 1 if position + 1 < len(changed):
            changed[position + 1] = rng.randrange(256)
        case _:
            del changed[position : position + rng.choice((1, 2, 5))]
    return bytes(changed)


def _splice_opcodes(pickle: bytes, rng: random.Random) -> bytes:
    position = rng.choice(_positions(pickle) or [0])
    memo = bytes([rng.randrange(40)])
    piece = rng.choice(
        (
            b"h" + memo,
            b"q" + memo,
            b"(",
            b"t",
            b"\x86",
            b"]" * 50 + b"a" * 49,
            b"cbuiltins\neval\n",
            b"ctorch\nFloatStorage\n",
            b"R",
            b"b",
            b"s",
            b"u",
            b"e",
            b"K\xff",
            b"J\xff\xff\xff\x7f",
            b"0",
            (b"q\x00h\x00\x86") * 40,
            b"Q",
        )
    )
    return pickle[:position] + piece + pickle[position:]


def zip_fields(data: bytes, rng: random.Random) -> bytes:
    """Change a field in a header or in the directory of a zip file."""
    starts = [i for s in _SIGNATURES for i in _find_all(data, s)]
    if not starts:
        return flip_bits(data, rng)
    position = rng.choice(starts) + rng.randrange(4, 46)
    number = struct.pack("<Q", rng.choice(_EXTREMES))[: rng.choice((2, 4))]
    return data[:position] + number + data[position + len(number) :]


def zip_members(data: bytes, rng: random.Random) -> bytes:
    """Leave out, repeat, rename, compress or change a member of a zip file."""
    try:
        members = _read_zip(data)
    except (zipfile.BadZipFile, ValueError):
        return flip_bits(data, rng)
    name = rng.choice(list(members))
    content = members.pop(name)
    match rng.randrange(4):
        case 0:
            pass
        case 1:
            members[rng.choice(("x", "../x", name.upper(), f"other/{name}"))] = content
        case 2:
            members[name] = rng.choice(BYTES)(content, rng) if content else b"x"
        case _:
            return _write_zip(members | {name: content}, zipfile.ZIP_DEFLATED)
    return _write_zip(members)


def safetensors_header(data: bytes, rng: random.Random) -> bytes:
    """Change a value in the header of a safetensors file, or in the model card that it holds."""
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    card = json.loads(header.get("__metadata__", {}).get("vgg-studio", "{}"))
    if card and rng.random() < 0.6:
        text = json.dumps(change_tree(card, rng))
        header["__metadata__"]["vgg-studio"] = text
    else:
        header = change_tree(header, rng)
    text_bytes = json.dumps(header).encode()
    text_bytes += b" " * (-len(text_bytes) % 8)
    return struct.pack("<Q", len(text_bytes)) + text_bytes + data[8 + length :]


def csv_cells(data: bytes, rng: random.Random) -> bytes:
    """Change a cell of a CSV file."""
    rows = [line.split(b",") for line in data.split(b"\n")]
    row = rng.choice(rows)
    cell = rng.choice((b"", b'"', b"=1+1", b"\x00", b"x" * 200_000, b"relabel", b"tag:", b"a,b"))
    row[rng.randrange(len(row))] = cell
    return b"\n".join(map(b",".join, rows))


def _piece(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data))
    return start, min(start + rng.choice((1, 2, 8, 64, 1000)), len(data))


def _find_all(data: bytes, part: bytes) -> list[int]:
    found, position = [], data.find(part)
    while position >= 0:
        found.append(position)
        position = data.find(part, position + 1)
    return found


def _read_zip(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write_zip(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
