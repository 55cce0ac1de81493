"""Names of what a folder or an archive holds, parted into pictures, other files and noise."""

from dataclasses import dataclass, field

from studio.data.image_folder.image_table import SkippedFile

# Known by their names, so that a layout is known before a single picture is read.
PICTURE_SUFFIXES = frozenset({
    ".avif", ".bmp", ".dib", ".gif", ".ico", ".j2k", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg",
    ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp",
})  # fmt: skip

# What desktops leave beside files, hidden files apart.
_NOISE = frozenset({"__macosx", "thumbs.db", "desktop.ini", "@eadir"})


@dataclass
class Listing:
    """Names below the chosen path, parted by “/” and each there once.

    `pictures` are to be read, `others` are no pictures or must not be read, `folders` are all
    folders named as such.
    """

    pictures: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    others: list[SkippedFile] = field(default_factory=list)

    def add_file(self, raw: str, objection: str = "") -> str | None:
        """Note a file; its tidy name if it is a picture to be read, else None.

        `objection` is the reason for which it must not be read, if any.
        """
        name = _tidy(raw)
        if _is_noise(name):
            return None
        objection = objection or self._objection(name)
        if objection:
            self.others.append(SkippedFile(name, objection))
            return None
        self.pictures.add(name)
        return name

    def add_folder(self, raw: str) -> bool:
        """Note a folder, which may be empty; False if it is none to look into."""
        name = _tidy(raw)
        if _is_noise(name) or _leads_out(name):
            return False
        self.folders.add(name)
        return True

    def _objection(self, name: str) -> str:
        if _leads_out(name):
            return "its name leads out of the archive"
        if name[name.rfind(".") :].lower() not in PICTURE_SUFFIXES:
            return "no picture by its name"
        return "a second file of that name" if name in self.pictures else ""


def _tidy(raw: str) -> str:
    """Without a leading “/”, as unpacking would name it too, and in letters that can be shown."""
    parts = (part for part in _shown(raw).split("/") if part not in ("", "."))
    return "/".join(parts)


def _shown(raw: str) -> str:
    """Names that are not UTF-8 come with lone surrogates: they are read as Latin-1."""
    if raw.isascii():
        return raw
    try:
        raw.encode()
    except UnicodeEncodeError:
        return raw.encode("utf-8", "surrogateescape").decode("latin-1")
    return raw


def _leads_out(name: str) -> bool:
    return ".." in name.split("/")


def _is_noise(name: str) -> bool:
    return not name or any(
        (part.startswith(".") and part != "..") or part.lower() in _NOISE
        for part in name.split("/")
    )
