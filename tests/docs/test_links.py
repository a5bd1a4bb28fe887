"""Every link of the documentation leads somewhere, and every page is led to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pages

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+(?:\([^()]*\))?)(?:\s+\"[^\"]*\")?\)")
SOURCE = re.compile(r"<(?:img|source|a)\b[^>]*?(?:src|srcset|href)=\"([^\"]+)\"")
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
LISTED = (
    "tutorial.md",
    "how-to",
    "cli.md",
    "configuration.md",
    "exit-codes.md",
    "json.md",
    "architecture.md",
    "adding-a-procedure.md",
    "iam.md",
    "decisions",
    "changelog.md",
)


def links(page: Path) -> Iterator[str]:
    """Where the links and pictures of a page lead, code left out."""
    text = re.sub(r"`[^`\n]*`", "``", pages.prose(page))
    for pattern in (LINK, SOURCE):
        yield from (match[1] for match in pattern.finditer(text))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    found: dict[str, int] = {}
    made = set()
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", pages.prose(page), flags=re.M):
        text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = found.get(slug, 0)
        found[slug] = count + 1
        made.add(f"{slug}-{count}" if count else slug)
    return made


def wrong(page: Path, link: str) -> str:
    """What is wrong with a link; empty for a good one."""
    parts = urlsplit(link)
    if parts.scheme:
        good = parts.scheme in ("https", "mailto") and (
            parts.scheme == "mailto" or HOST.fullmatch(parts.netloc)
        )
        return "" if good else "is no address with https and a host"
    place = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not place.exists():
        return "does not exist"
    if not place.is_relative_to(pages.ROOT):
        return "leads out of the project"
    if parts.fragment and parts.fragment not in anchors(place):
        return "has no such heading"
    return ""


def test_every_link_leads_somewhere() -> None:
    faults = [
        f"{pages.name(page)}: {link} {fault}"
        for page in pages.all_pages()
        for link in links(page)
        if (fault := wrong(page, link))
    ]
    assert not faults, "\n".join(faults)


def test_every_page_is_led_to_from_the_readme() -> None:
    known, new = set[Path](), {pages.ROOT / "README.md"}
    while new:
        known |= new
        near = {
            (page.parent / urlsplit(link).path).resolve()
            for page in new
            for link in links(page)
            if not urlsplit(link).scheme
        }
        folders = {it for it in near if it.is_dir()}
        near |= {file for folder in folders for file in folder.glob("*.md")}
        new = {it for it in near if it.suffix == ".md" and it.exists()} - known
    lost = [pages.name(it) for it in pages.all_pages() if it not in known]
    assert not lost, "no page leads to them"


def test_every_page_that_the_design_lists_is_there() -> None:
    places = [pages.ROOT / "docs" / name for name in LISTED]
    faults = [it.name for it in places if not it.is_file() and not list(it.glob("*.md"))]
    assert not faults, "\n".join(faults)


def test_what_is_wrong_would_be_found(tmp_path: Path) -> None:
    page = pages.ROOT / "README.md"
    assert wrong(page, "docs/nothing.md") == "does not exist"
    assert wrong(page, "RUNBOOK.md#nothing") == "has no such heading"
    assert wrong(page, "http://example.com") == "is no address with https and a host"
    assert wrong(page, "https://exa mple") == "is no address with https and a host"
    assert not wrong(page, "RUNBOOK.md#end-a-silence")


def test_anchors_are_made_as_github_makes_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# `opsctl deploy`: a *new* image!\n## Same\n## Same\n```\n# no heading\n```\n")
    assert anchors(page) == {"opsctl-deploy-a-new-image", "same", "same-1"}
