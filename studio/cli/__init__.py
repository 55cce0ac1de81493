"""The command line: the same work as in the window, without one."""

import os
import sys

from studio.cli.window import open_window
from studio.errors import ConfigError, StudioError
from studio.runtime import limit_openmp_spinning

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main() -> None:
    """Run `vgg-studio`: with no words the window opens, else a command runs.

    Exits 0 done, 1 failed with one clear line, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    limit_openmp_spinning()
    try:
        if len(sys.argv) == 1:
            sys.exit(open_window())
        from studio.cli.app import app  # late: the window starts without typer and the commands

        app(prog_name="vgg-studio")
    except StudioError as error:
        from studio.cli.output import report_failure

        report_failure(error)
        sys.exit(USAGE if isinstance(error, ConfigError) else FAILED)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
