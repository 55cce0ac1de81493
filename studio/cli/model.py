"""vgg-studio model ..."""

from typing import Annotated, Any

import typer

from studio.cli.options import AsJson, parse_settings
from studio.cli.output import out, print_json, print_table
from studio.config import ModelConfig, TrainConfig
from studio.errors import ConfigError, nearest_hint, quoted
from studio.models import VARIANTS, Layer, Summary, Variant, smallest_size, summarize

model = typer.Typer(help="List the networks and show their layers.", no_args_is_help=True)


@model.command("list")
def list_variants(as_json: AsJson = False) -> None:
    """List the networks of the VGG family with their size and cost at their default input size."""
    rows = [_row(name, variant) for name, variant in VARIANTS.items()]
    if as_json:
        print_json({"models": rows})
        return
    print_table(
        ["network", "#pixels", "#smallest", "#parameters", "#multiply-adds", "description"],
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
    variant: Annotated[str, typer.Argument(help="Network of `vgg-studio model list`.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a setting: model.image_size=32."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the layers of a network, at its default input size unless a setting changes it."""
    config = _configure(variant, parse_settings(settings or []))
    summary = summarize(config)
    if as_json:
        print_json(_describe(config, summary))
        return
    channels, side = config.in_channels, config.image_size
    out.print(f"{VARIANTS[config.variant].title}: input {channels} × {side} × {side}", markup=False)
    _print_layers(summary)
    out.print(f"\nSmallest input: {smallest_size(config)} × {smallest_size(config)} pixels")


def _default_config(name: str) -> ModelConfig:
    """The network with the input it was published for. Raises ConfigError."""
    if name not in VARIANTS:
        hint = nearest_hint(name, VARIANTS)
        raise ConfigError("model.variant", f"There is no network {quoted(name)}.", hint)
    channels, side, classes = VARIANTS[name].input_shape
    return ModelConfig(variant=name, in_channels=channels, image_size=side, num_classes=classes)


def _configure(name: str, settings: dict[str, Any]) -> ModelConfig:
    for field in settings:
        if not field.startswith("model."):
            hint = "Use settings that begin with “model.”, such as model.norm=batch."
            raise ConfigError(field, f"“{field}” has no effect on a network.", hint)
    return TrainConfig(model=_default_config(name)).with_values(settings).model


def _row(name: str, variant: Variant) -> dict[str, Any]:
    config = _default_config(name)
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
        [
            "layer",
            "operation",
            "#output",
            "#parameters",
            "#buffers",
            "#multiply-adds",
            "#output bytes",
        ],
        [*rows, ("total", "", "", *_cells(summary))],
    )


def _cells(counted: Layer | Summary) -> list[str]:
    """The totals as text, empty for 0."""
    return [f"{total:,}" if total else "" for total in _totals(counted).values()]
