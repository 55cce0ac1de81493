"""vgg-studio model ..."""

from typing import Annotated, Any

import typer

from studio.cli.options import AsJson, parse_settings
from studio.cli.output import out, print_json, print_table
from studio.config import ModelConfig, TrainConfig
from studio.errors import ConfigError, nearest_hint
from studio.models import VARIANTS, Layer, Summary, Variant, smallest_size, summarize

model = typer.Typer(help="List the networks and look at their layers.", no_args_is_help=True)


@model.command("list")
def list_variants(as_json: AsJson = False) -> None:
    """List the networks of the VGG family and what they cost at their own picture size."""
    rows = [_row(name, variant) for name, variant in VARIANTS.items()]
    if as_json:
        print_json({"models": rows})
        return
    print_table(
        ["network", "#pixels", "#smallest", "#parameters", "#multiply-adds", "what it is"],
        [
            (
                row["id"],
                row["image_size"],
                row["smallest_size"],
                f"{row['parameters']:,}",
                f"{row['multiply_adds']:,}",
                row["summary"],
            )
            for row in rows
        ],
    )


@model.command()
def show(
    variant: Annotated[str, typer.Argument(help="A network of `vgg-studio model list`.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting: model.image_size=32."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a network layer by layer, at its own picture size unless told another."""
    config = _configure(variant, parse_settings(settings or []))
    summary = summarize(config)
    if as_json:
        print_json(_describe(config, summary))
        return
    channels, side = config.in_channels, config.image_size
    out.print(
        f"{VARIANTS[config.variant].title}: pictures {channels} × {side} × {side}", markup=False
    )
    _print_layers(summary)
    out.print(f"\nThe smallest picture it takes has {smallest_size(config)} pixels a side")


def _own_config(name: str) -> ModelConfig:
    """The network for the pictures it was published for. Raises ConfigError."""
    if name not in VARIANTS:
        hint = nearest_hint(name, VARIANTS)
        raise ConfigError("model.variant", f"There is no network “{name}”.", hint)
    channels, side, classes = VARIANTS[name].input_shape
    return ModelConfig(variant=name, in_channels=channels, image_size=side, num_classes=classes)


def _configure(name: str, settings: dict[str, Any]) -> ModelConfig:
    for field in settings:
        if not field.startswith("model."):
            hint = "Those of a network begin with “model.”, such as model.norm=batch."
            raise ConfigError(field, f"“{field}” does not change a network.", hint)
    return TrainConfig(model=_own_config(name)).with_values(settings).model


def _row(name: str, variant: Variant) -> dict[str, Any]:
    config = _own_config(name)
    summary = summarize(config)
    return {
        "id": name,
        "title": variant.title,
        "summary": variant.summary,
        "channels": config.in_channels,
        "image_size": config.image_size,
        "classes": config.num_classes,
        "smallest_size": smallest_size(config),
    } | _totals(summary)


def _describe(config: ModelConfig, summary: Summary) -> dict[str, Any]:
    return {
        "variant": config.variant,
        "model": config.model_dump(mode="json", exclude_none=True),
        "smallest_size": smallest_size(config),
        **_totals(summary),
        "layers": [_describe_layer(layer) for layer in summary.layers],
    }


def _describe_layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "what": layer.description,
        "output_shape": layer.out_shape,
    } | _totals(layer)


def _totals(counted: Layer | Summary) -> dict[str, int]:
    return {
        "parameters": counted.parameters,
        "buffers": counted.buffers,
        "multiply_adds": counted.multiply_adds,
        "activation_bytes": counted.activation_bytes,
    }


def _print_layers(summary: Summary) -> None:
    rows = [
        (layer.name, layer.description, " × ".join(map(str, layer.out_shape)), *_cells(layer))
        for layer in summary.layers
    ]
    print_table(
        ["layer", "what", "#output", "#parameters", "#statistics", "#multiply-adds", "#bytes out"],
        [*rows, ("total", "", "", *_cells(summary))],
    )


def _cells(counted: Layer | Summary) -> list[str]:
    """Its figures; a layer that has none of a kind leaves the cell empty."""
    return [f"{figure:,}" if figure else "" for figure in _totals(counted).values()]
