"""The pictures of the documents: OPSCTL_WRITE_DOCS=1 takes them anew from the running service."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import Window, chromium, photograph, window
from running import RunningSandbox

pytestmark = pytest.mark.journey
FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 100 * 1024
WIDE, NARROW = {"width": 960, "height": 640}, {"width": 360, "height": 640}


def sign_in(own: Window) -> None:
    own.go("login")


def upload(own: Window) -> None:
    own.describe(photograph())
    own.described()
    own.page.locator("#result img").evaluate("it => it.decode()")


def history(own: Window) -> None:
    for picture in own.go("history").locator("article img").all():
        picture.evaluate("it => { it.loading = 'eager'; return it.decode(); }")


def data(own: Window) -> None:
    own.go("data")


SCREENS: dict[str, tuple[Callable[[Window], None], dict[str, Any]]] = {
    "sign-in": (sign_in, {"viewport": WIDE}),
    "upload": (upload, {"viewport": {**WIDE, "height": 820}}),
    "history": (history, {"viewport": WIDE}),
    "history-dark": (history, {"viewport": WIDE, "color_scheme": "dark"}),
    "delete-data": (data, {"viewport": {**WIDE, "height": 800}}),
    "mobile": (history, {"viewport": NARROW, "device_scale_factor": 1.5}),
}


def take(sandbox: RunningSandbox, name: str, picture: Path) -> None:
    show, options = SCREENS[name]
    with (
        chromium() as browser,
        window(browser, sandbox.app_url, locale="en-GB", timezone_id="UTC", **options) as own,
    ):
        if show is not sign_in:
            own.sign_in("alice", sandbox.found["made"]["password"])
        show(own)
        picture.parent.mkdir(exist_ok=True)
        own.page.screenshot(path=picture)


@pytest.mark.parametrize("name", SCREENS)
def test_each_picture_shows_a_page_and_is_small(name: str, request: pytest.FixtureRequest) -> None:
    picture = FOLDER / f"{name}.png"
    options = SCREENS[name][1]
    if os.environ.get("OPSCTL_WRITE_DOCS"):
        take(request.getfixturevalue("sandbox"), name, picture)

    content = picture.read_bytes()
    size = [int.from_bytes(content[at : at + 4]) for at in (16, 20)]
    scale = options.get("device_scale_factor", 1)
    assert size == [round(it * scale) for it in options["viewport"].values()]
    assert len(content) <= MOST_BYTES
