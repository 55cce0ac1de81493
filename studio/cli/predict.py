"""vgg-studio predict: what a model predicts for image files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.options import AsJson, ModelName, RunsDir, find_weights
from studio.cli.output import err, print_json, print_table
from studio.errors import ImageError
from studio.formatting import percent
from studio.runs.stored_epochs import source_name

if TYPE_CHECKING:
    from studio.inference import Predictor


def predict(
    run: ModelName,
    images: Annotated[list[Path], typer.Argument(help="Image files.", show_default=False)],
    top: Annotated[int, typer.Option(min=1, help="Number of classes to list.")] = 3,
    runs_dir: RunsDir = None,
    as_json: AsJson = False,
) -> None:
    """Predict the classes of image files. Exit 1 if a file cannot be read."""
    from studio.inference import Predictor

    model = find_weights(run, runs_dir)
    predictor = Predictor.load(model)
    predictions, failures = [], []
    for path in images:
        try:
            predictions.append(_predict(predictor, path, top))
        except ImageError as error:  # the other files are predicted all the same
            failures.append({"file": str(path), "error": str(error)})
    if as_json:
        name = model if isinstance(model, str) else source_name(model)
        result = {"predictions": predictions, "failed": failures}
        print_json({"run": name, "warning": predictor.warning or None} | result)
    else:
        print_table(["file", "prediction"], [(p["file"], _describe(p)) for p in predictions])
    if predictor.warning:
        err.print(f"vgg-studio: {predictor.warning}.", markup=False)
    for failure in failures:
        err.print(f"vgg-studio: {' '.join(failure['error'].split())}", markup=False)
    if failures:
        raise typer.Exit(1)


def _predict(predictor: "Predictor", path: Path, top: int) -> dict[str, Any]:
    prediction = predictor.predict_picture(path)
    if prediction is None:
        return {"file": str(path), "label": None, "probability": None, "flaw": None, "top": []}
    order = (-prediction.probabilities).argsort(kind="stable")[:top]
    best = [
        {"label": predictor.class_names[c], "probability": float(prediction.probabilities[c])}
        for c in order
    ]
    return {"file": str(path), **best[0], "flaw": prediction.flaw, "top": best}


def _describe(prediction: dict[str, Any]) -> str:
    if not prediction["top"]:
        return "nothing drawn"
    top = ", ".join(f"{p['label']} {percent(p['probability'], 2)}" for p in prediction["top"])
    flaw = prediction["flaw"]
    return f"hardly a drawing ({flaw}); nearest: {top}" if flaw else top
