"""Images in what a browser drags or copies: inside of HTML, or as a link to the web."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData

_MAX_HTML = 100_000_000  # characters; an image of 64 MB takes 90 million as base64
_DATA_URI = re.compile(r"data:image/[\w.+-]+(?P<options>(?:;[\w=-]+)*),(?P<data>[^\"'<>\s]+)", re.I)
_IMAGE_TAG = re.compile(r"<img\b[^>]*\bsrc\s*=\s*[\"']?https?://", re.I)


def embedded_image(data: QMimeData) -> bytes | None:
    """Return the content of the image file that HTML or a URL holds as a data: URI, or None."""
    texts = [url.toString() for url in data.urls() if url.scheme() == "data"]
    if data.hasHtml():
        texts.append(data.html())
    for text in texts:
        found = _DATA_URI.search(text) if len(text) <= _MAX_HTML else None
        if found is not None and (content := _decode(found["options"], found["data"])):
            return content
    return None


def has_embedded_or_link(data: QMimeData) -> bool:
    """Whether one of the other functions would find an image; decodes none."""
    embeds = any(url.scheme() == "data" for url in data.urls())
    return embeds or linked_image(data) or (data.hasHtml() and "data:image" in data.html().lower())


def linked_image(data: QMimeData) -> bool:
    """Whether the data names an image on the web, which would have to be downloaded."""
    is_web = any(url.scheme() in ("http", "https") for url in data.urls())
    return is_web or (data.hasHtml() and _IMAGE_TAG.search(data.html()) is not None)


def _decode(options: str, text: str) -> bytes | None:
    content = unquote_to_bytes(text)
    if "base64" not in options.lower():
        return content
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        return None
