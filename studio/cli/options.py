"""Options that several commands share."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from studio import paths
from studio.config import DataConfig, TrainConfig
from studio.data import DATASETS, find_dataset
from studio.data.datasets import FOLDER
from studio.errors import ConfigError
from studio.runs import RunStore

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of the datasets.", show_default=False)
]
RunsDir = Annotated[
    Path | None, typer.Option("--runs-dir", help="Folder of the runs.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
RunName = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="Id of a run or its beginning, its folder, “last”, or “bundled”.",
        show_default=False,
    ),
]
ModelName = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="Id of a run or its beginning, its folder, “last”, or “bundled”. RUN@3 is the model "
        "after epoch 3 if the run kept it, RUN@now the newest one of a training.",
        show_default=False,
    ),
]
RECIPE = typer.Argument(
    metavar="RECIPE|CONFIG.toml",
    help="A recipe of `vgg-studio recipes`, or a configuration file.",
    show_default=False,
)
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting: data.image_size=64."),
]


def data_folder(chosen: Path | None) -> Path:
    """The folder of the datasets: the option, else the default."""
    return chosen or paths.data_dir()


def run_store(chosen: Path | None) -> RunStore:
    """The runs in the folder of the option, else in the default one."""
    return RunStore(chosen or paths.runs_dir())


def find_model(name: str, runs_dir: Path | None) -> str | Path:
    """`bundled`, or the folder of the run of that name. Raises RunError."""
    return run_store(runs_dir).model_source(name)


def find_weights(name: str, runs_dir: Path | None) -> str | Path:
    """As `find_model`, also for `RUN@EPOCH` and `RUN@now`. Raises RunError and CheckpointError."""
    return run_store(runs_dir).weights_source(name)


def data_config(given: dict[str, Any], settings: list[str] | None) -> DataConfig:
    """The data settings of a command without a recipe, with `settings`. Raises ConfigError."""
    chosen = parse_settings(settings or [])
    other = next((name for name in chosen if not name.startswith("data.")), None)
    if other is not None:
        raise ConfigError(
            other, f"“{other}” has no effect here.", "Use settings that begin with “data.”."
        )
    return TrainConfig().with_values(given | chosen).data


def dataset_settings(name: str) -> dict[str, str]:
    """Settings of the dataset of that name, or of own images at that path. Raises ConfigError."""
    if name not in DATASETS and Path(name).expanduser().exists():
        return {"data.source": FOLDER, "data.path": name}
    return {"data.source": find_dataset(name).id}


def parse_settings(settings: list[str]) -> dict[str, Any]:
    """Parse `["optim.epochs=3"]` to `{"optim.epochs": 3}`; values are TOML, else plain strings.

    Raises ConfigError for a setting without a value.
    """
    parsed = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ConfigError(
                name, f"“{setting}” has no value.", "Write it as --set optim.epochs=3."
            )
        parsed[name.strip()] = _parse_value(text.strip())
    return parsed


def _parse_value(text: str) -> Any:
    if text.lower() in ("none", "null"):
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
