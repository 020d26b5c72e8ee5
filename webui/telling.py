"""What the settings say of telling people: which channels there are, and who holds a case's steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine import Runtime
from engine.sealing import relay
from monitors.notify.channels import Channel, Mail, Recorded, Sms, Webhook
from monitors.notify.http import Poster, networks
from webui.config import ROOT, SHORTEST_KEY, ConfigError, Settings

DEMO_FILE = ROOT / "build" / "demo-messages.jsonl"


def channels_of(settings: Settings) -> dict[str, Channel]:
    """The channels that are set up; in the demo mail and SMS go into a file instead. Raises ConfigError."""
    found: list[Channel] = []
    if settings.notify_mail:
        found.append(Mail(settings.mail_from, relay(settings.mail_host, settings.mail_port)))
    if settings.notify_webhook is not None:
        found.append(Webhook(_key(settings), _poster(settings)))
    if settings.notify_sms is not None:
        found.append(Sms(str(settings.notify_sms), _key(settings), _poster(settings)))
    names = {channel.name for channel in found}
    if settings.demo:
        found += [Recorded(name, DEMO_FILE) for name in ("mail", "sms") if name not in names]
    return {channel.name: channel for channel in found}


def webhook_of(settings: Settings) -> str | None:
    return None if settings.notify_webhook is None else str(settings.notify_webhook)


def holders_of(runtime: Runtime) -> Callable[[str], Sequence[str]]:
    """Who holds a case (承办人): those who claimed its open steps, else whoever did its last one."""

    def holders(case: str) -> Sequence[str]:
        claimed = [task.claimed_by for task in runtime.query.tasks(instance_id=case) if task.claimed_by]
        if claimed:
            return list(dict.fromkeys(claimed))
        done = [step.actor for step in runtime.query.steps(case) if step.kind == "person" and step.actor]
        return done[-1:]

    return holders


def _poster(settings: Settings) -> Poster:
    try:
        return Poster(networks(settings.notify_allow))
    except ValueError as error:
        raise ConfigError(f"$JIANCHA_NOTIFY_ALLOW: expected networks such as 10.1.0.0/16, found {error}") from error


def _key(settings: Settings) -> bytes:
    key = settings.notify_key.get_secret_value() if settings.notify_key else ""
    if len(key) < SHORTEST_KEY:
        raise ConfigError(
            f"$JIANCHA_NOTIFY_KEY: expected a key of {SHORTEST_KEY} characters or more, found none or less"
        )
    return key.encode()
