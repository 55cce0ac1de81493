"""vgg-studio settings: the table of settings, as a table, as JSON or as a page."""

import dataclasses
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any

import typer

from studio.cli.options import AsJson
from studio.cli.output import out, print_json, print_table
from studio.config import Setting, setting
from studio.config import settings as all_settings

_PAGE_HEAD = """# Settings

Every setting of a training, with its default and the values it accepts. This page is generated
from `studio/config` by `vgg-studio settings --markdown > .github/settings.md`.

Set a value on the Train page, in a recipe file, or with
`vgg-studio train RECIPE --set optim.epochs=3`.
"""


def settings(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="A setting, such as optim.lr, or a group of them, such as optim.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the settings page of the documentation.")
    ] = False,
) -> None:
    """List the settings of a training: what they do, their defaults and what they accept."""
    chosen = _choose(all_settings(), name)
    if as_json:
        print_json({"settings": [_describe(entry) for entry in chosen]})
    elif as_markdown:
        typer.echo(settings_page(chosen), nl=False)
    else:
        _print(chosen, with_help=len(chosen) == 1)


def settings_page(table: Iterable[Setting]) -> str:
    """The Markdown page of the settings, with a table for each section."""
    lines = [_PAGE_HEAD]
    for section, entries in groupby(table, lambda entry: entry.section):
        lines += [f"## {section}\n", "| Setting | Name | Default | Values | Description |"]
        lines.append("|---|---|---|---|---|")
        for entry in entries:
            cells = (entry.label, _default(entry), _values(entry), entry.help)
            escaped = (cell.replace("|", "\\|") for cell in cells)
            lines.append(f"| `{entry.name}` | {' | '.join(escaped)} |")
        lines.append("")
    return "\n".join(lines)


def _choose(table: Mapping[str, Setting], name: str | None) -> list[Setting]:
    """The setting of that name, those of a group, or all. Raises ConfigError."""
    if name is None:
        return list(table.values())
    group = [entry for entry in table.values() if entry.name.startswith(f"{name}.")]
    return group or [setting(name)]


def _describe(entry: Setting) -> dict[str, Any]:
    """The attributes of a setting; choices become a list, because not all of them are strings."""
    choices = [{"value": value, "label": label} for value, label in entry.choices.items()]
    return dataclasses.asdict(entry) | {"choices": choices}


def _print(table: list[Setting], with_help: bool) -> None:
    for section, entries in groupby(table, lambda entry: entry.section):
        out.print(section, style="bold")
        print_table(
            ["setting", "name", "default", "values"],
            [(e.name, e.label, _default(e), _values(e)) for e in entries],
        )
        out.print()
    if with_help:
        out.print(table[0].help, markup=False)


def _default(entry: Setting) -> str:
    """The default as a person writes it: a value of `--set`, or what an unset value means."""
    default = entry.default
    if default is None or default in ("", ()):
        return entry.none_label or "none"
    return str(default).lower() if isinstance(default, bool) else f"{default}"


def _values(entry: Setting) -> str:
    """Choices, or limits with the unit, or an example."""
    if isinstance(entry.default, bool):
        return "true, false"
    choices = (
        str(value).lower() if isinstance(value, bool) else str(value) for value in entry.choices
    )
    unit = f" ({entry.unit})" if entry.unit else ""
    example = f"such as {entry.example}" if entry.example else ""
    return ", ".join(choices) or entry.range + unit or example
