"""What makes the journal one that can be sworn by: keys, signed seals, anchors outside, checked states."""

from engine.sealing.anchoring import Anchoring, Gap, Patience
from engine.sealing.anchors import Anchor, AnchorFailed, FileAnchor, HttpAnchor, MailAnchor, relay
from engine.sealing.exporting import export
from engine.sealing.keys import KeyRefused, Keyring, create_keys, create_private, read_keys, rotate_keys
from engine.sealing.notes import Signer
from engine.sealing.sealer import Pace, Sealer
from engine.sealing.states import Checked, States, Unchecked, adopt

__all__ = [
    "Anchor",
    "AnchorFailed",
    "Anchoring",
    "Checked",
    "FileAnchor",
    "Gap",
    "HttpAnchor",
    "KeyRefused",
    "Keyring",
    "MailAnchor",
    "Pace",
    "Patience",
    "Sealer",
    "Signer",
    "States",
    "Unchecked",
    "adopt",
    "create_keys",
    "create_private",
    "export",
    "read_keys",
    "relay",
    "rotate_keys",
]
