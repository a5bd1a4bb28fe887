"""Debian's Chromium, driven as a person would; what it asked for, and what it complained of."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect, sync_playwright
from running import RunningSandbox

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window; the test is skipped where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium on the PATH ({', '.join(NAMES)}): apt-get install chromium")
    # Chromium refuses to start its own sandbox for root.
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *rights])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Window:
    """One window of a person of his own: nothing is shared with another one."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.url}/{path}")
        return self.page

    def sign_in(self, user: str, password: str) -> Page:
        self.go("login")
        self.page.get_by_label("User name").fill(user)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="Describe a picture").wait_for()
        return self.page

    def describe(self, content: bytes, name: str = "picture.jpg") -> None:
        """Choose a picture and send it; what then happens is the caller's to see."""
        self.page.wait_for_load_state("load")  # else the form may go without its script
        self.page.get_by_label("Choose a picture").set_input_files(
            {"name": name, "mimeType": "image/jpeg", "buffer": content}
        )
        self.page.get_by_role("button", name="Describe it").click()

    def described(self) -> tuple[str, str]:
        """Both captions of the picture that was sent, after they have come."""
        expect(self.page.get_by_text("Described and kept in your history.")).to_be_visible()
        card = self.page.locator("#result .card")
        return card.locator("h2").inner_text(), card.locator(".creative").inner_text()

    def erase(self) -> None:
        """Delete all data, by the page for it."""
        self.go("data")
        self.page.get_by_label("Type DELETE to confirm").fill("DELETE")
        self.page.get_by_role("button", name="Delete all my data").click()
        expect(self.page.get_by_role("status")).to_contain_text("All your data is deleted.")


@contextmanager
def window(browser: Browser, url: str, **options: Any) -> Iterator[Window]:
    """A window of `url`; `options` as Playwright's new_context takes them."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    made = Window(context.new_page(), url.rstrip("/"))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on(
        "console",
        lambda it: made.complaints.append(it.text) if it.type in ("error", "warning") else None,
    )
    own = (f"{made.url}/", f"blob:{made.url}/")
    context.on(
        "request", lambda it: None if it.url.startswith(own) else made.foreign.append(it.url)
    )
    try:
        yield made
    finally:
        context.close()


def photograph(size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG of an evening by the sea."""
    width, height = size
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        share = y / height
        sky = (250 - int(60 * share), 150 + int(50 * share), 90 + int(90 * share))
        draw.line([(0, y), (width, y)], sky if share < 0.62 else (28, 74, int(150 - 70 * share)))
    draw.ellipse([width * 0.56, height * 0.32, width * 0.74, height * 0.56], (255, 226, 150))
    draw.polygon(
        [(0, height * 0.62), (width * 0.3, height * 0.4), (width * 0.55, height * 0.62)],
        (70, 58, 92),
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def kept(sandbox: RunningSandbox, user: str) -> tuple[list[Any], list[Any]]:
    """What S3 (versions, markers, unfinished uploads) and DynamoDB hold of a user."""
    names, s3 = sandbox.found["names"], sandbox.client("s3")
    place = {"Bucket": names["bucket"], "Prefix": f"images/{user}/"}
    found = s3.list_object_versions(**place)
    uploads = s3.list_multipart_uploads(**place).get("Uploads", [])
    items = sandbox.client("dynamodb").query(
        TableName=names["table"],
        KeyConditionExpression="PK = :who",
        ExpressionAttributeValues={":who": {"S": f"USER#{user}"}},
        ConsistentRead=True,
    )["Items"]
    return [*found.get("Versions", []), *found.get("DeleteMarkers", []), *uploads], items
