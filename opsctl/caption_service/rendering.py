"""Pages from their templates: everything that is filled in is escaped."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.responses import HTMLResponse

from opsctl.caption_service import assets

if TYPE_CHECKING:
    from jinja2 import Environment

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every page says: no inline script, no inline style, no other host."""


def page(name: str, status: int = 200, **values: object) -> HTMLResponse:
    """The template `templates/NAME.html` filled in."""
    text = _environment().get_template(f"{name}.html").render(values)
    return HTMLResponse(text, status, HEADERS)


def sentence(text: str) -> str:
    """A reason as a sentence of a page: begun with a capital, ended with a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def moment(timestamp: str) -> str:
    """`24 November 2026, 03:41 UTC` of ISO 8601; what is no time stays as it is."""
    try:
        at = datetime.fromisoformat(timestamp).astimezone(UTC)
    except ValueError:
        return timestamp
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


@cache
def _environment() -> Environment:
    # The port answers first: the templates are needed when the first visitor comes.
    from jinja2 import Environment, FileSystemLoader

    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = assets.address
    made.filters["moment"] = moment
    return made
