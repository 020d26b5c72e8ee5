"""What makes the journal one that can be sworn by: keys, signed seals, anchors outside, checked states."""

from engine.sealing.exporting import export
from engine.sealing.keys import KeyRefused, Keyring, create_keys, create_private, read_keys, rotate_keys
from engine.sealing.notes import Signer
from engine.sealing.sealer import Pace, Sealer

__all__ = [
    "KeyRefused",
    "Keyring",
    "Pace",
    "Sealer",
    "Signer",
    "create_keys",
    "create_private",
    "export",
    "read_keys",
    "rotate_keys",
]
