"""Seals are signed notes that others can read: their vectors hold for us, and ours for them."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidData
from engine.sealing import Signer
from engine.sealing.notes import Statement
from engine.verify_journal import signed_by, verifiers

SIGNER = Signer("jiancha/test", bytes(range(32)))

# RFC 8032, section 7.1: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_the_verifiers_ed25519_accepts_the_vectors_of_the_rfc(
    secret: str, public: str, message: str, signature: str
) -> None:
    key, text, signed = (bytes.fromhex(value) for value in (public, message, signature))
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).sign(text) == signed
    assert signed_by(key, text, signed)
    assert not signed_by(key, text + b"x", signed)
    for index in range(64):
        forged = bytearray(signed)
        forged[index] ^= 1
        assert not signed_by(key, text, bytes(forged))


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_the_verifiers_ed25519_agrees_with_the_library(seed: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    assert signed_by(key.public_key().public_bytes_raw(), message, key.sign(message))


@pytest.mark.parametrize(
    ("public", "signature"), [(b"", bytes(64)), (bytes(32), b""), (b"\xff" * 32, bytes(64)), (bytes(32), b"\xff" * 64)]
)
def test_what_is_no_key_or_no_signature_is_not_a_signature(public: bytes, signature: bytes) -> None:
    assert not signed_by(public, b"", signature)


def test_a_seal_reads_as_a_checkpoint_with_our_lines_below() -> None:
    at = datetime.fromisoformat("2026-03-11T09:12:00+08:00")
    text = Statement("jiancha/test", 2, 7, bytes(32), 40, at, "abc").text()
    assert text.splitlines() == [
        *("jiancha/test", "7", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        *("seal 2", "entries 40", "at 2026-03-11T01:12:00+00:00", "previous abc"),
    ]
    note = SIGNER.sign(text)
    assert note.startswith(text + "\n")
    assert re.fullmatch(r"— jiancha/test [A-Za-z0-9+/]{91}=\n", note.removeprefix(text + "\n"))


def test_the_first_seal_has_no_note_before_it() -> None:
    text = Statement("o", 1, 0, bytes(32), 0, datetime(2026, 1, 1, tzinfo=UTC), None).text()
    assert text.endswith("previous -\n")


def test_a_note_that_others_signed_is_believed() -> None:
    # The example of the Go checksum database's package for notes.
    known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    value = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    raw = base64.b64decode(value)
    assert verifiers([known]).keys() == {f"PeterNeumann+{raw[:4].hex()}"}
    assert signed_by(verifiers([known])["PeterNeumann+c74f20a3"], text.encode(), raw[4:])
    with pytest.raises(ValueError, match="verifier key"):
        verifiers([known.replace("c74f20a3", "c74f20a4")])


def test_our_verifier_key_is_read_by_the_verifier() -> None:
    assert list(verifiers([SIGNER.verifier])) == ["+".join(SIGNER.verifier.split("+")[:2])]


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_an_origin_that_a_note_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(InvalidData, match="origin"):
        Signer(name, bytes(32))
