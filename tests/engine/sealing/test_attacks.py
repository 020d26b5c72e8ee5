"""Every attack on the journal, layer by layer: caught where it must be, and missed where it must be.

What a weaker layer misses is the control: an attack that every layer caught would prove nothing
about the stronger ones. Two verifiers that share no code must agree on every forged journal.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from engine.sealing import Signer
from engine.verify_journal import verify
from tests.engine.sealing.attacks import ATTACKS, LAYERS
from tests.engine.sealing.logs import Log, grown
from tests.engine.sealing.second_verifier import is_whole

SIGNER = Signer("jiancha/test", bytes(range(32)))
SEED = int(os.environ.get("JIANCHA_SEED", "1"))
LOGS = 1_000


def is_broken(log: Log, layer: str, anchored: int, notes: list[str]) -> bool:
    """Whether both verifiers find a fault when they have what this layer gives them."""
    keys = [] if layer == "chain" else [SIGNER.verifier]
    anchors = notes[:anchored] if layer == "anchors" else None
    lines = log.lines(seals=layer != "chain")
    found = verify(lines, keys, _file(anchors), demand=layer != "chain")["broken_at"]
    assert (found is None) == is_whole(lines, keys, anchors, demand=layer != "chain"), (layer, found)
    return found is not None


def _file(anchors: list[str] | None) -> list[str] | None:
    return None if anchors is None else "\n".join(anchors).splitlines(keepends=True)


def campaign(runs: int, seed: int) -> Counter[tuple[str, str]]:
    """Forge ``runs`` journals, the attacks in turn; how often each was caught, by attack and layer."""
    caught: Counter[tuple[str, str]] = Counter()
    names = list(ATTACKS)
    for run in range(runs):
        name = names[run % len(names)]
        log = grown(SIGNER, seed + run)
        notes = log.notes
        ATTACKS[name].forge(log, random.Random(seed + run))
        for layer in LAYERS:
            caught[name, layer] += is_broken(log, layer, ATTACKS[name].anchored, notes)
    return caught


def test_a_thousand_forged_journals(capsys: pytest.CaptureFixture[str]) -> None:
    caught = campaign(LOGS, SEED)
    names = list(ATTACKS)
    made = {name: len(range(index, LOGS, len(names))) for index, name in enumerate(names)}
    with capsys.disabled():
        print(f"\nforged journals, seed {SEED}: caught by chain / with seals / with anchors, of")
        for name in names:
            print(f"  {name:46}", *(f"{caught[name, layer]:4}" for layer in LAYERS), f"{made[name]:4}")
    expected = {(name, layer): made[name] * one.caught(layer) for name, one in ATTACKS.items() for layer in LAYERS}
    assert {key: caught[key] for key in expected} == expected


@pytest.mark.parametrize("layer", LAYERS)
def test_an_untouched_journal_is_whole_in_every_layer(layer: str) -> None:
    for seed in range(20):
        log = grown(SIGNER, seed)
        assert not is_broken(log, layer, 3, log.notes)


def test_a_seal_by_another_key_is_not_ours() -> None:
    log = grown(SIGNER, 1)
    log.reseal(Signer("jiancha/test", bytes(range(1, 33))))
    assert is_broken(log, "seals", 0, [])


def test_an_older_copy_of_the_whole_database_does_not_extend_the_last_anchor() -> None:
    log = grown(SIGNER, 1)
    older = log.copy()
    for chain in list(log.entries):
        log.append(chain, random.Random(1))
    log.seal()
    assert not is_broken(older, "seals", 0, [])
    assert is_broken(older, "anchors", 4, log.notes)
    assert not is_broken(log, "anchors", 4, log.notes)


def test_the_chain_that_shrank_is_named() -> None:
    log = grown(SIGNER, 2)
    del log.entries["case2"][log.seen[-1]["case2"] - 1 :]
    found = verify(log.lines(), [SIGNER.verifier])["broken_at"]
    assert found["chain"] == "case2"


def test_seals_without_a_key_to_check_them_are_not_believed() -> None:
    log = grown(SIGNER, 1)
    assert "not signed" in verify(log.lines())["broken_at"]["why"]


def test_an_empty_file_of_anchors_proves_nothing() -> None:
    log = grown(SIGNER, 1)
    assert "at least one anchor" in verify(log.lines(), [SIGNER.verifier], [])["broken_at"]["why"]
    assert "middle of a note" in verify(log.lines(), [SIGNER.verifier], ["jiancha/test\n"])["broken_at"]["why"]


@pytest.mark.parametrize("garbage", ["", "x", "a\nb\n\nc", "a\n1\nAAAA\nentries x\n\n\N{EM DASH} a b\n", "\n\n\n"])
def test_garbage_in_place_of_a_seal_is_a_fault_not_an_accident(garbage: str) -> None:
    log = grown(SIGNER, 1)
    log.seals[1] = (log.seals[1][0], garbage)
    assert verify(log.lines(), [SIGNER.verifier])["broken_at"] is not None
