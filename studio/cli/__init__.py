"""The command line: the same functions as in the window."""

import os
import sys
from typing import NoReturn

from studio.cli.window import open_window
from studio.crash_log import (
    COMMAND,
    WINDOW,
    end_process,
    log_path,
    session,
    summarize,
    take_crashes,
)
from studio.errors import StudioError
from studio.runtime import limit_openmp_spinning

FAILED, INTERRUPTED, TERMINATED = 1, 130, 143


def run() -> NoReturn:
    """Run `vgg-studio` as a program, which ends at once when it was interrupted."""
    try:
        main(is_program=True)
    except SystemExit as ended:
        if ended.code in (INTERRUPTED, TERMINATED):
            end_process(int(ended.code))
        raise
    sys.exit()


def main(is_program: bool = False) -> None:
    """Run `vgg-studio`: open the window without arguments, else run a command.

    Exit codes: 0 done, 1 failed with an error on one line, 2 wrong usage, 130 stopped by Ctrl-C,
    143 by SIGTERM. The traceback of an unexpected error is in the log. With `is_program`, this
    process ends as soon as its window is closed.
    """
    try:
        with session(WINDOW if len(sys.argv) == 1 else COMMAND):
            limit_openmp_spinning()
            _run(is_program)
    except Exception as error:
        if not log_path().is_file():  # it could not be written
            raise
        _exit_with(_unexpected(error))


def _run(is_program: bool) -> None:
    try:
        if len(sys.argv) == 1:
            sys.exit(open_window(is_program))
        _report_crashes()
        from studio.cli.app import app  # not at the top: the window starts without typer

        app(prog_name="vgg-studio")
    except StudioError as error:
        _exit_with(error)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of stdout has ended; Python must not flush into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


def _exit_with(error: StudioError) -> NoReturn:
    from studio.cli.output import exit_with_error

    exit_with_error(error)


def _unexpected(error: Exception) -> StudioError:
    return StudioError(
        f"Something went wrong: {summarize(type(error).__name__, error)}.",
        f"The report is at the end of “{log_path()}”. Send it when you ask for help.",
    )


def _report_crashes() -> None:
    """Say which earlier command crashed: a shell shows only the name of the signal."""
    for crash in take_crashes(COMMAND):
        if not crash.was_killed:
            sys.stderr.write(
                f"vgg-studio: an earlier command crashed ({crash.reason}). "
                f"Details are in “{log_path()}”.\n"
            )
