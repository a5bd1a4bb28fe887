"""`opsctl watch`: the live screen of an on-call terminal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from opsctl.cli import options, wiring
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem

if TYPE_CHECKING:
    from opsctl.cli.watch_screen import View
    from opsctl.reports.watch import Picture, Watcher
    from opsctl.terminal.screen import Screen

app = typer.Typer(add_completion=False)
TICK = 0.25
"""Seconds that a key or a change of the window's size waits at most."""


@app.command(epilog=options.example("opsctl watch --env prod", "opsctl watch -e prod --every 10s"))
@options.reads
def watch(
    common: Common,
    every: Annotated[
        str,
        typer.Option("--every", metavar="TIME", help="How often to look; 2s at least."),
    ] = "5s",
) -> None:
    """A live screen: verdict, tasks, numbers, alarms and the newest errors.

    q quits, p pauses, r looks at once; the arrows choose a task and Enter opens its log. Each part
    is looked at as seldom as it may be, and slower while AWS throttles; the last line says how
    many calls that costs.
    """
    with wiring.command(common, name="watch") as session:
        pause = options.seconds("--every", every)
        if pause < 2:
            raise UsageProblem(f"--every {every} is too often: 2s at least.", hint="--every 5s")
        if common.output == "json" or not (session.screen.out.live and session.screen.can_ask):
            raise UsageProblem(
                "watch needs a terminal to draw on and to read keys from.",
                hint=f"For a script: opsctl status --env {session.target.env} -o json",
            )
        from opsctl.reports.watch import Watcher
        from opsctl.reports.watched_numbers import WatchedNumbers

        session.aws.check_account()
        records = (session.journal, session.lock, session.incidents)
        watcher = Watcher(session.aws, *records, numbers=WatchedNumbers(), every=pause)
        _show(watcher, session.screen)


class _Looking(threading.Thread):
    """Looks in the background, so that a key never waits for AWS."""

    def __init__(self, watcher: Watcher, view: View) -> None:
        super().__init__(daemon=True, name="watch")
        self.picture: Picture = watcher.picture()
        self.failure: Exception | None = None
        self._watcher, self._view = watcher, view
        self._wake = threading.Event()
        self._over = False

    def run(self) -> None:
        while not self._over:
            try:
                self._look()
            except Exception as error:
                self.failure = error
                return
            self._wake.wait(1.0 if self._view.log else min(self._watcher.next_look, 60.0))
            self._wake.clear()

    def now(self) -> None:
        """Looks at everything at once."""
        self._watcher.hurry()
        self._wake.set()

    def wake(self) -> None:
        """Looks at what the operator chose meanwhile."""
        self._wake.set()

    def end(self) -> None:
        """Starts no other look."""
        self._over = True
        self._wake.set()

    def _look(self) -> None:
        view = self._view
        if view.paused:
            return
        if self._watcher.next_look <= 0:
            self.picture = self._watcher.look()
        if view.log:
            view.lines = self._watcher.log_of(view.log, 200)


def _show(watcher: Watcher, screen: Screen) -> None:
    from opsctl.cli import watch_screen
    from opsctl.terminal.full_screen import Ended, FullScreen
    from opsctl.terminal.keys import Keys

    view = watch_screen.View()
    looking = _Looking(watcher, view)
    try:
        with FullScreen(screen.out) as full, Keys(screen.stdin) as keys:
            looking.start()
            key = ""
            while key != "q" and looking.failure is None:
                made = watch_screen.screen(
                    looking.picture, view, full.size, colour=screen.out.colour
                )
                full.draw(made)
                key = keys.read(TICK)
                _pressed(key, view, looking)
    except KeyboardInterrupt:
        pass  # Ctrl-C is one way to leave it
    except Ended as ended:
        raise typer.Exit(ended.code) from None
    finally:
        looking.end()
    if looking.failure is not None:
        raise looking.failure


def _pressed(key: str, view: View, looking: _Looking) -> None:
    from opsctl.cli.watch_screen import chosen_task

    if key in ("p", " "):
        view.paused = not view.paused
        looking.wake()
    elif key == "r":
        looking.now()
    elif key in ("up", "k"):
        view.chosen = max(0, view.chosen - 1)
    elif key in ("down", "j"):
        tasks = looking.picture.status.tasks if looking.picture.status else ()
        view.chosen = min(view.chosen + 1, max(len(tasks) - 1, 0))
    elif key in ("enter", "l") and not view.log:
        view.log, view.lines = chosen_task(looking.picture, view), ()
        looking.wake()
    elif key == "escape":
        view.log = ""
