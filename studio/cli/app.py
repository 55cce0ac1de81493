"""The commands and their names."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from studio import __version__
from studio.cli.bench import bench
from studio.cli.bench_gpu import BenchCommand
from studio.cli.compare import compare
from studio.cli.data import data
from studio.cli.evaluate import evaluate, mistakes
from studio.cli.handwriting import handwriting
from studio.cli.interrupt import INTERRUPTED
from studio.cli.label_issues import label_issues
from studio.cli.lr_find import lr_find
from studio.cli.model import model
from studio.cli.output import err
from studio.cli.predict import predict
from studio.cli.recipes import recipes
from studio.cli.report import report
from studio.cli.reproduce import reproduce
from studio.cli.runs import runs
from studio.cli.settings import settings
from studio.cli.sweep import sweep
from studio.cli.train import train
from studio.cli.window import open_window


class Commands(TyperGroup):
    """The group of all commands, which says that Ctrl-C ended one."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            err.print("interrupted")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
    help="Train small VGG-style image classifiers. Without a command the window opens.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    recipes,
    settings,
    train,
    lr_find,
    sweep,
    reproduce,
    evaluate,
    mistakes,
    label_issues,
    compare,
    report,
    predict,
):
    app.command()(command)
app.command(cls=BenchCommand)(bench)
app.add_typer(data, name="data")
app.add_typer(handwriting, name="handwriting")
app.add_typer(model, name="model")
app.add_typer(runs, name="runs")


@app.callback(invoke_without_command=True)
def studio(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Train small VGG-style image classifiers. Without a command the window opens."""
    if version:
        typer.echo(f"vgg-studio {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(open_window())
