"""Options that several commands share."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from studio import paths
from studio.config import DataConfig, TrainConfig
from studio.errors import ConfigError
from studio.paths import BUNDLED
from studio.runs import RunStore

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of the data sets.", show_default=False)
]
RunsDir = Annotated[
    Path | None, typer.Option("--runs-dir", help="Folder of the runs.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run's id or its beginning, its folder, “last”, or “bundled”.",
        show_default=False,
    ),
]


Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting: data.image_size=64."),
]


def data_folder(chosen: Path | None) -> Path:
    """The data folder of a command."""
    return chosen or paths.data_dir()


def run_store(chosen: Path | None) -> RunStore:
    """The runs of a command."""
    return RunStore(chosen or paths.runs_dir())


def find_network(name: str, runs_dir: Path | None) -> str | Path:
    """`bundled` or the folder of a run. Raises RunError."""
    return BUNDLED if name == BUNDLED else run_store(runs_dir).open(name).path


def data_config(given: dict[str, Any], settings: list[str] | None) -> DataConfig:
    """Data settings of a command without a recipe, changed by `settings`. Raises ConfigError."""
    chosen = parse_settings(settings or [])
    other = next((field for field in chosen if not field.startswith("data.")), None)
    if other is not None:
        raise ConfigError(other, f"“{other}” changes nothing here.", "Only data.… settings do.")
    return TrainConfig().with_values(given | chosen).data


def parse_settings(settings: list[str]) -> dict[str, Any]:
    """`["optim.epochs=3"]` as `{"optim.epochs": 3}`; values are TOML, else words.

    Raises ConfigError for a setting without a value.
    """
    parsed = {}
    for setting in settings:
        field, equals, text = setting.partition("=")
        if not equals:
            hint = "Write it as --set optim.epochs=3."
            raise ConfigError(field, f"“{setting}” is no setting with a value.", hint)
        parsed[field.strip()] = _parse_value(text.strip())
    return parsed


def _parse_value(text: str) -> Any:
    if text.lower() in ("none", "null"):
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
