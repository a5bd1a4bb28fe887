"""The program `opsctl`: what must happen before anything slow is imported."""

from __future__ import annotations

import gc
import os
import sys

CTRL_C_BEFORE_ANYTHING = 130
CANNOT_WRITE = 1


def main() -> None:
    """Runs the command line and exits with its code."""
    # Nothing that start-up allocates is garbage; looking for it costs a quarter of a short command.
    gc.disable()
    try:
        code = _run()
    except KeyboardInterrupt:
        code = CTRL_C_BEFORE_ANYTHING
    except OSError:
        code = CANNOT_WRITE
    gc.freeze()
    _leave(code)


def _run() -> int:
    _open_missing_streams()
    if sys.argv[1:] == ["--version"]:
        # Answered here because importing Typer costs more than everything else together.
        from opsctl import __version__

        print(f"opsctl {__version__}")  # noqa: T201
        return 0
    from opsctl.cli.app import run

    return run(sys.argv[1:])


def _open_missing_streams() -> None:
    """A stream closed by the caller (`2>&-`) is None in Python, and every write to it a crash."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123


def _leave(code: int) -> None:
    """Exits; a reader that has gone (`| head -1`) or a full disk is no reason for a traceback."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            # The interpreter flushes again on its way out, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if not isinstance(error, BrokenPipeError):
                code = code or CANNOT_WRITE
    sys.exit(code)


if __name__ == "__main__":
    main()
