"""Telling people: who, in which words, over which channel, and whether it arrived."""

from monitors.notify.audience import Audiences, Telling, load_audiences
from monitors.notify.channels import Channel, Message, SendFailed
from monitors.notify.contacts import Contact, contact_of, put_contact
from monitors.notify.evidence import early_notices
from monitors.notify.inbox import Inbox, Notice
from monitors.notify.outbox import Delivery, Outbox
from monitors.notify.spreading import Spreader

__all__ = [
    "Audiences",
    "Channel",
    "Contact",
    "Delivery",
    "Inbox",
    "Message",
    "Notice",
    "Outbox",
    "SendFailed",
    "Spreader",
    "Telling",
    "contact_of",
    "early_notices",
    "load_audiences",
    "put_contact",
]
