"""Models that nobody may deploy: refused with element and line, and nothing is stored."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from engine import Database, Runtime
from engine.clock import VirtualClock, cpu_seconds
from engine.errors import ModelRefused, UnsafeLibrary
from engine.lint.hardened import demand_safe_parser
from engine.lint.remarks import Remark
from tests.engine import drawing as d
from tests.engine.conftest import Office

GOOD = d.model(d.start(), "\n", d.step("a"), "\n", d.end(), "\n", d.chain("s", "a", "e"))
CHOICE = d.model(
    *(d.start(), d.gateway("g"), d.step("a"), d.step("b"), d.end(), d.chain("s", "g"), "\n"),
    *(d.flow("g", "a", "x &gt; 1"), "\n", d.flow("g", "b"), d.chain("a", "e"), d.chain("b", "e")),
)
DOCTYPE = b'<!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
SECONDS = 0.1
MEGABYTES = 150


# In a process of its own, whose memory is nobody else's.
ALL = """
import sys
from pathlib import Path
from engine.diagrams import read
from engine.errors import ModelRefused
count = 0
for file in Path(sys.argv[1]).rglob("*"):
    for xml in (file.read_bytes(), file.read_bytes().decode().encode("utf-16")) if file.is_file() else ():
        try:
            read(xml)
        except ModelRefused:
            count += 1
(most,) = [line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(count, most)
"""


def with_element(element: str) -> bytes:
    return d.model(d.start(), "\n", element, d.end(), d.chain("s", "x", "e"))


# What is wrong: the model, and the code, element and line of the remark.
BAD = {
    "a document type": (GOOD.replace(b"?>", b"?>" + DOCTYPE, 1), ("doctype", "", 1)),
    "a script task": (with_element("<scriptTask id='x'><script>1</script></scriptTask>"), ("element_refused", "x", 2)),
    "a transaction": (with_element("<transaction id='x'/>"), ("element_refused", "x", 2)),
    "a complex gateway": (with_element("<complexGateway id='x'/>"), ("element_refused", "x", 2)),
    "a choice without a condition": (CHOICE, ("condition_missing", "f_g_b", 3)),
    "a flow without id": (GOOD.replace(b'id="f_s_a" ', b""), ("no_id", "p", 4)),
    "GBK bytes that say they are UTF-8": (
        GOOD.decode().encode("gbk"),
        ("wrong_encoding", "", 1),
    ),
    "UTF-8 bytes that say they are GBK": (GOOD.replace(b'"UTF-8"', b'"GBK"'), ("wrong_encoding", "", 1)),
    "UTF-8 bytes that say they are UTF-16": (GOOD.replace(b'"UTF-8"', b'"UTF-16"'), ("wrong_encoding", "", 1)),
}


def remarks_of(runtime: Runtime, xml: bytes) -> list[Remark]:
    """Deploy what must be refused."""
    with pytest.raises(ModelRefused) as refused:
        runtime.deploy(xml, by="designer")
    assert runtime.query.definitions() == []
    return list(refused.value.facts["remarks"])


@pytest.mark.parametrize("what", BAD)
def test_a_bad_model_is_refused_by_element_and_line_and_not_stored(runtime: Runtime, what: str) -> None:
    xml, expected = BAD[what]
    found = remarks_of(runtime, xml)

    assert expected in [(one.code, one.element, one.line) for one in found]
    assert all(one.severity == "error" and one.message_zh and one.message_en for one in found)


def test_the_same_models_without_the_fault_are_deployed(runtime: Runtime) -> None:
    assert runtime.deploy(GOOD, by="designer").version == 1
    assert runtime.deploy(CHOICE.replace(b'"g"/>', b'"g" default="f_g_b"/>', 1), by="designer").version == 2


def test_every_attack_is_refused_within_a_tenth_of_a_second(
    corpora: Path, sqlite_database: Database, clock: VirtualClock, office: Office
) -> None:
    runtime = Runtime(sqlite_database, clock, office.handlers())
    attacks = [file for file in (corpora / "xml-attacks").rglob("*") if file.is_file() and file.name != "LICENSE"]
    assert len(attacks) >= 15
    for file in attacks:
        for xml in (file.read_bytes(), file.read_text(encoding="utf-8").encode("utf-16")):
            begun = cpu_seconds()
            found = remarks_of(runtime, xml)
            assert found, file
            assert cpu_seconds() - begun < SECONDS, file


def test_an_entity_in_a_good_model_reads_no_file(
    tmp_path: Path, sqlite_database: Database, clock: VirtualClock, office: Office
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret", encoding="utf-8")
    attack = f'<!DOCTYPE definitions [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    xml = GOOD.replace(b"?>", b"?>" + attack, 1).replace(b'name="a"', b'name="&x;"')
    found = remarks_of(Runtime(sqlite_database, clock, office.handlers()), xml)
    assert [one.code for one in found] == ["doctype"]
    assert "top secret" not in str(found)


def test_the_attacks_take_no_memory(corpora: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALL, str(corpora / "xml-attacks")], capture_output=True, check=True, text=True
    )
    files, most = done.stdout.split()
    assert int(files) >= 30
    assert int(most) / 1024 < MEGABYTES


@pytest.mark.parametrize(("version", "safe"), [((4, 9, 4, 0), False), ((6, 0, 2, 0), False), ((6, 1, 0, 0), True)])
def test_an_xml_parser_that_reads_files_is_not_started_with(version: tuple[int, ...], safe: bool) -> None:
    with nullcontext() if safe else pytest.raises(UnsafeLibrary, match="expected lxml 6.1 or newer"):
        demand_safe_parser(version)
