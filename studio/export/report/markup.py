"""HTML from text: everything that a name could contain is escaped here."""

import html
import unicodedata
from collections.abc import Iterable, Sequence

Html = str  # markup; any other text goes through `escape` first

_KEPT_CONTROLS = "\n\t"


def escape(text: object) -> Html:
    """Return text as HTML. Control characters and halves of surrogate pairs become "�".

    File names may contain both; the latter cannot be written as UTF-8.
    """
    return html.escape("".join(map(_printable, str(text))))


def paragraph(text: str, css_class: str = "") -> Html:
    """Return a paragraph of plain text; nothing for an empty one."""
    if not text:
        return ""
    return f"<p{_class(css_class)}>{escape(text)}</p>"


def bullet_list(items: Iterable[str]) -> Html:
    """Return a list of plain texts."""
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def section(name: str, title: str, *content: Html) -> Html:
    """Return a section with a heading; `name` is the target of links to it."""
    body = "\n".join(part for part in content if part)
    return f'<section id="{escape(name)}"><h2>{escape(title)}</h2>\n{body}\n</section>'


def details(summary: str, content: Html) -> Html:
    """Return content that is folded until its summary is clicked."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Html]], css_class: str = "", caption: str = ""
) -> Html:
    """Return a table whose cells are markup; a title that begins with `#` aligns right."""
    names = [column.removeprefix("#") for column in columns]
    right = [column.startswith("#") for column in columns]
    head = "".join(
        f'<th{_class("number" if is_right else "")} scope="col">{escape(name)}</th>'
        for name, is_right in zip(names, right, strict=True)
    )
    body = "\n".join(_table_row(row, right) for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table{_class(css_class)}>{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _table_row(cells: Sequence[Html], right: Sequence[bool]) -> Html:
    shown = (
        f"<td{_class('number' if is_right else '')}>{cell}</td>"
        for cell, is_right in zip(cells, right, strict=True)
    )
    return f"<tr>{''.join(shown)}</tr>"


def _class(name: str) -> Html:
    return f' class="{name}"' if name else ""


def _printable(char: str) -> str:
    category = unicodedata.category(char)
    return "�" if category in ("Cc", "Cs") and char not in _KEPT_CONTROLS else char
