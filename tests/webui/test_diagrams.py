"""A diagram in the reader's language."""

from __future__ import annotations

from lxml import etree

from engine.diagrams import read
from webui.diagrams import BOUNDS, ENGLISH_LABEL, LABEL, in_english
from webui.modelfolders import folder

XML = folder("administrative_approval").diagram


def test_every_label_is_the_english_one() -> None:
    chinese, english = read(XML), read(in_english(XML))
    assert chinese.elements["review"].name == "审查"
    for element in english.elements.values():
        assert element.name == chinese.elements[element.id].name_en


def test_nothing_but_labels_changes() -> None:
    chinese, english = read(XML), read(in_english(XML))
    assert english.flows == chinese.flows
    assert english.checkpoints == chinese.checkpoints


def test_labels_have_room_for_english_words() -> None:
    root = etree.fromstring(in_english(XML))
    widths = [float(bounds.get("width")) for bounds in root.iterfind(f".//{LABEL}/{BOUNDS}")]
    assert widths
    assert min(widths) >= ENGLISH_LABEL
