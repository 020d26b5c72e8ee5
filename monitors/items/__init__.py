"""The item registry (事项目录): versions of items, who changes them, and the checkpoints on the item itself."""

from monitors.items.comparing import Change, changes
from monitors.items.flaws import Flaw, flaws, flaws_of_days
from monitors.items.proposals import ItemProposal, decide_item, proposal, proposals, propose_item
from monitors.items.sheet import read_items, write_items
from monitors.items.versions import history, item, items, load_items

__all__ = [
    "Change",
    "Flaw",
    "ItemProposal",
    "changes",
    "decide_item",
    "flaws",
    "flaws_of_days",
    "history",
    "item",
    "items",
    "load_items",
    "proposal",
    "proposals",
    "propose_item",
    "read_items",
    "write_items",
]
