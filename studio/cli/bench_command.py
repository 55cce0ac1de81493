"""`bench gpu` has options of its own: a command beside the parts of `bench`."""

from typing import Any

import typer
from typer.core import TyperCommand

from studio.cli.bench_gpu import bench_gpu


class BenchCommand(TyperCommand):
    """Hands over to `bench_gpu` when the first word is `gpu`."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:  # some versions of typer bring a click of their own
        if args[:1] == ["gpu"]:
            return _gpu_command().make_context(f"{info_name} gpu", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _gpu_command() -> Any:
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command()(bench_gpu)
    return typer.main.get_command(app)
