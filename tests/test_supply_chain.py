"""What we take from others is pinned to the byte, and the pages load nothing from another host.

The slow half (an installation without a network, a wheel with one byte changed) is `tools/supply.py`,
which `make fresh` runs.
"""

from __future__ import annotations

import configparser
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
WEBUI = ROOT / "webui"

LOCKED = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[0-9][0-9a-z.+!-]*)(?: ; (?P<marker>[^#]+?))?(?P<hashes>(?: --hash=\S+)+)"
)
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# An address of another host: with a scheme, or with the page's own scheme left out.
ELSEWHERE = re.compile(r"""\s*['"]?\s*(?:[a-z][a-z0-9+.-]*:)?//""", re.IGNORECASE)
LOADING = {"src", "srcset", "href", "xlink:href", "action", "formaction", "data", "poster", "background", "manifest"}
STYLE_LOADS = re.compile(r"""url\(\s*['"]?([^'")]*)|@import\s+['"]([^'"]*)""", re.IGNORECASE)
SCRIPT_LOADS = re.compile(
    r"""(?:\bfrom\s*|\bimport\s*\(?\s*|\bfetch\(\s*|\bimportScripts\(\s*|\bEventSource\(\s*|\bWebSocket\(\s*"""
    r"""|\bWorker\(\s*|\bsendBeacon\(\s*|\.(?:src|href)\s*=\s*|sourceMappingURL=)['"`]?((?:[a-z+]+:)?//[^'"`\s]+)""",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Locked:
    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]

    def applies(self) -> bool:
        return self.marker is None or Marker(self.marker).evaluate()


def entries(text: str) -> list[Locked]:
    """The requirements of a lock; a line of any other form is an error."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        line = re.sub(r"\s+", " ", line).strip()
        if not line:
            continue
        match = LOCKED.fullmatch(line)
        if not match:
            raise ValueError(f"not a pinned requirement with hashes: {line[:80]}")
        hashes = tuple(match["hashes"].split())
        if not all(SHA256.fullmatch(one) for one in hashes):
            raise ValueError(f"a hash other than sha256: {match['name']}")
        found.append(Locked(match["name"], match["version"], match["marker"], hashes))
    return found


@pytest.fixture(scope="module")
def lock() -> dict[str, Locked]:
    return {canonicalize_name(entry.name): entry for entry in entries(LOCK.read_text())}


def wanted() -> list[Requirement]:
    """What setup.cfg asks for, the extras for building and testing included."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = [settings["options"]["install_requires"], *settings["options.extras_require"].values()]
    found = [line.strip() for text in lines for line in text.splitlines()]
    return [Requirement(line) for line in found if line and not line.startswith("#")]


def test_every_requirement_is_pinned_and_hashed(lock: dict[str, Locked]) -> None:
    assert len(lock) > 50
    assert [name for name, entry in lock.items() if not entry.hashes] == []


def test_the_lock_names_no_index_no_path_and_no_address() -> None:
    # A hash is letters and digits; whatever else has a slash, an @ or a scheme is a place.
    text = SHA256.sub("", LOCK.read_text())
    assert re.findall(r"^.*(?:/|@|file:|^\s*-).*$", text, re.MULTILINE) == []


@pytest.mark.parametrize(
    "line",
    [
        "lxml>=6.1 --hash=sha256:" + "0" * 64,
        "lxml==6.1.3",
        "lxml==6.1.3 --hash=md5:" + "0" * 32,
        "lxml==6.1.* --hash=sha256:" + "0" * 64,
        "lxml @ https://host/lxml.whl --hash=sha256:" + "0" * 64,
        "--index-url https://host/simple",
        "-e .",
        "./lxml.whl --hash=sha256:" + "0" * 64,
    ],
)
def test_a_looser_line_is_noticed(line: str) -> None:
    with pytest.raises(ValueError, match="not a pinned|other than sha256"):
        entries(line)


def test_the_lock_has_what_setup_asks_for(lock: dict[str, Locked]) -> None:
    requirements = wanted()
    assert len(requirements) > 20
    missing = [
        str(requirement)
        for requirement in requirements
        if canonicalize_name(requirement.name) not in lock
        or not requirement.specifier.contains(lock[canonicalize_name(requirement.name)].version)
    ]
    assert missing == []


def test_what_is_installed_is_what_is_locked(lock: dict[str, Locked]) -> None:
    other = {
        name: (entry.version, metadata.version(name))
        for name, entry in lock.items()
        if entry.applies() and metadata.version(name) != entry.version
    }
    assert other == {}


def test_lxml_is_new_enough(lock: dict[str, Locked]) -> None:
    """Older ones read files through external entities."""
    assert etree.LXML_VERSION >= (6, 1)
    assert tuple(int(part) for part in lock["lxml"].version.split(".")[:2]) >= (6, 1)
    (requirement,) = (one for one in wanted() if one.name == "lxml")
    assert not requirement.specifier.contains("6.0.2")


# npm


def unpinned(packages: dict[str, dict[str, Any]]) -> list[str]:
    """The packages of an npm lock that are not held by their content alone."""
    return [
        name
        for name, package in packages.items()
        if name
        and (
            not package.get("integrity", "").startswith("sha512-")
            or "resolved" in package
            or package.get("link")
            or re.search(r"[:/]", package["version"])
        )
    ]


def test_every_web_package_has_its_integrity_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert len(lock["packages"]) > 10
    assert unpinned(lock["packages"]) == []


@pytest.mark.parametrize(
    "package",
    [
        {"version": "1.0.0"},
        {"version": "1.0.0", "integrity": "sha1-abc="},
        {"version": "1.0.0", "integrity": "sha512-abc=", "resolved": "https://host/a.tgz"},
        {"version": "git+ssh://host/a.git#1", "integrity": "sha512-abc="},
        {"version": "1.0.0", "integrity": "sha512-abc=", "link": True},
    ],
)
def test_a_looser_web_package_is_noticed(package: dict[str, Any]) -> None:
    assert unpinned({"": {"name": "jiancha"}, "node_modules/a": package}) == ["node_modules/a"]


def test_web_packages_are_asked_for_by_exact_version_and_run_nothing_at_install() -> None:
    about = json.loads((ROOT / "package.json").read_text())
    asked = {**about.get("dependencies", {}), **about.get("devDependencies", {})}
    assert [name for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()
    assert not {"preinstall", "install", "postinstall", "prepare"} & set(about.get("scripts", {}))


# Pages


class Loads(HTMLParser):
    """Collects what a page would fetch from another host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.within = tag
        for name, value in attributes:
            if (name in LOADING or name.startswith("hx-")) and value and ELSEWHERE.match(value):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and value:
                self.found += elsewhere_in_style(value)

    def handle_data(self, data: str) -> None:
        if self.within == "style":
            self.found += elsewhere_in_style(data)
        if self.within == "script":
            self.found += elsewhere_in_script(data)


def elsewhere_in_page(text: str) -> list[str]:
    page = Loads()
    page.feed(text)
    page.close()
    return page.found


def elsewhere_in_style(text: str) -> list[str]:
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    loads = (first or second for first, second in STYLE_LOADS.findall(bare))
    return [address for address in loads if ELSEWHERE.match(address)]


def elsewhere_in_script(text: str) -> list[str]:
    return [match[1] for match in SCRIPT_LOADS.finditer(text)]


READERS = {
    ".html": elsewhere_in_page,
    ".svg": elsewhere_in_page,
    ".css": elsewhere_in_style,
    ".js": elsewhere_in_script,
    ".mjs": elsewhere_in_script,
}


@pytest.mark.parametrize("folder", ["templates", "assets", "static"])
def test_no_page_script_or_stylesheet_loads_from_another_host(folder: str) -> None:
    """`static` holds the bundles too, so other people's scripts are read as well."""
    files = [file for file in (WEBUI / folder).rglob("*") if file.suffix in READERS]
    assert files
    found = {
        str(file.relative_to(ROOT)): elsewhere
        for file in files
        if (elsewhere := READERS[file.suffix](file.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".html", '<script src="https://cdn.host/x.js"></script>'),
        (".html", "<link rel=stylesheet href='//cdn.host/x.css'>"),
        (".html", '<img srcset="http://host/a.png 2x">'),
        (".html", '<div hx-get="https://host/part">'),
        (".html", '<p style="background: url(https://host/a.png)">'),
        (".html", "<style>@import 'https://host/a.css'</style>"),
        (".html", '<script nonce="{{ nonce }}">fetch("https://host/x")</script>'),
        (".css", 'a { background: url( "https://host/a.png") }'),
        (".css", "@import url(//fonts.host/css);"),
        (".js", 'import x from "https://host/x.js"'),
        (".js", "const x = await import('https://host/x.js')"),
        (".js", "image.src='//host/pixel.gif'"),
        (".js", "new EventSource(`https://host/events`)"),
    ],
)
def test_a_load_from_another_host_is_noticed(suffix: str, text: str) -> None:
    assert len(READERS[suffix](text)) == 1


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".svg", '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'),
        (".html", '{# https://host #}<!-- <script src="https://host/x.js"></script> --><a href="/cases">x</a>'),
        (".html", "<img src=\"{{ url_for('static', filename='icon.svg') }}\"><p>https://host in words</p>"),
        (".css", "/* url(https://host/licence) */ a { background: url(data:image/svg+xml;base64,AA) }"),
        (".js", '// see https://host/licence\nconst space = "http://www.omg.org/spec/BPMN/20100524/MODEL"'),
    ],
)
def test_names_licences_and_words_are_no_loads(suffix: str, text: str) -> None:
    assert READERS[suffix](text) == []
