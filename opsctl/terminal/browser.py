"""The browser of the operator's desktop, where there is one."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from opsctl.terminal.screen import Screen


def is_there(screen: Screen, environ: Mapping[str, str] | None = None) -> bool:
    """Whether somebody sits at a terminal of a desktop: elsewhere a page would open for nobody."""
    environ = os.environ if environ is None else environ
    if not screen.out.terminal or environ.get("SSH_CONNECTION"):
        return False
    desktop = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    return bool(desktop or environ.get("BROWSER") or sys.platform == "darwin")


def show(url: str) -> bool:
    """Opens a page. False where no browser could be started, or only one inside the terminal."""
    import webbrowser

    try:
        browser = webbrowser.get()
        if type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER"):
            return False  # lynx and its like would take the terminal
        return browser.open(url)
    except (webbrowser.Error, OSError):
        return False
