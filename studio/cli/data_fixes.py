"""vgg-studio data fixes: the label fixes of a dataset."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.options import AsJson, DataDir, Settings, data_config, data_folder, dataset_settings
from studio.cli.output import out, print_json, print_table, progress_bar
from studio.data import ImageDataset, load_dataset
from studio.data.dataset_shape import dataset_title
from studio.data.overlay import (
    Fixes,
    ImportResult,
    SampleFix,
    export_csv,
    import_csv,
    load_overlay,
    overlay_path,
    save_overlay,
)
from studio.errors import ConfigError
from studio.formatting import count

_MAX_NAMES = 5  # listed of each reason; --json has them all


def fixes(
    name: Annotated[
        str,
        typer.Argument(
            metavar="DATASET|PATH",
            help="Dataset of `vgg-studio data list`, or a folder or archive of your own images.",
            show_default=False,
        ),
    ],
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.csv", help="Write the fixes to a file."),
    ] = None,
    import_from: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.csv", help="Add the fixes of a file."),
    ] = None,
    settings: Settings = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the label fixes of a dataset, export or import them.

    A training uses them with --set data.overlay=current.
    """
    if export and import_from:
        raise ConfigError("export", "--export and --import cannot be combined.", "Use one of them.")
    config, folder = data_config(dataset_settings(name), settings), data_folder(data_dir)
    with progress_bar() as on_progress:
        dataset = load_dataset(config, folder, on_progress, fixes={})
    path = overlay_path(dataset, folder)
    overlay = load_overlay(path, dataset_title(config))
    report: dict[str, Any] = {"dataset": overlay.dataset, "path": str(path)}
    if import_from:
        result = import_csv(overlay, import_from, dataset.sample_ids, dataset.class_names)
        if result.changed:
            save_overlay(path, overlay)
        report |= _describe_import(result)
    if export:
        export_csv(overlay, export, dataset.source)
        report |= {"exported": str(export)}
    report |= {"hash": overlay.content_hash, "count": len(overlay.fixes)}
    if as_json:
        rows = {sample: fix.to_dict() for sample, fix in sorted(overlay.fixes.items())}
        print_json(report | {"fixes": rows})
    else:
        _print(report, overlay.fixes, dataset)


def _describe_import(result: ImportResult) -> dict[str, Any]:
    return {
        "changed": len(result.changed),
        "unknown_samples": list(result.unknown_samples),
        "unknown_classes": list(result.unknown_classes),
        "unknown_actions": list(result.unknown_actions),
    }


def _print(report: dict[str, Any], found: Fixes, dataset: ImageDataset) -> None:
    if "exported" in report:
        out.print(
            f"{count(len(found), 'fixed sample')} written to {report['exported']}", markup=False
        )
        return
    if "changed" in report:
        out.print(f"Imported changes of {count(report['changed'], 'sample')}", markup=False)
        for reason in ("unknown_samples", "unknown_classes", "unknown_actions"):
            _print_skipped(reason.replace("_", " "), report[reason])
        return
    if not found:
        out.print(f"No label fixes of {report['dataset']}", markup=False)
        return
    samples = sorted(found)
    indices = dataset.sample_ids.find(samples).tolist()
    print_table(
        ["sample", "label", "fixes", "tags", "note"],
        [
            (sample, _label(dataset, index), _actions(fix), ", ".join(fix.tags), fix.note)
            for sample, index in zip(samples, indices, strict=True)
            for fix in [found[sample]]
        ],
    )
    out.print(f"\n{count(len(found), 'fixed sample')} in {report['path']}", markup=False)


def _print_skipped(reason: str, names: list[str]) -> None:
    if names:
        more = f" and {len(names) - _MAX_NAMES:,} more" if len(names) > _MAX_NAMES else ""
        out.print(f"  skipped {reason}: {', '.join(names[:_MAX_NAMES])}{more}", markup=False)


def _label(dataset: ImageDataset, index: int) -> str:
    """The label that a sample came with; empty for a sample or class that is not loaded."""
    label = int(dataset.labels[index]) if index >= 0 else -1
    return dataset.class_names[label] if label >= 0 else ""


def _actions(fix: SampleFix) -> str:
    actions = [f"relabeled {fix.label}"] if fix.label is not None else []
    actions += ["excluded"] if fix.excluded else []
    return ", ".join(actions + (["ambiguous"] if fix.ambiguous else []))
