"""The settings of a running product: from the environment (``JIANCHA_…``) or from the command line."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.sealing import create_private

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DATABASE = "sqlite:///build/jiancha.db"
SHORTEST_KEY = 32
KNOWN_KEYS = frozenset({"secret", "dev", "changeme", "change-me", "default", "test", "jiancha"})


class ConfigError(Exception):
    """A setting that the product refuses to start with; the message says what is wrong and what would do."""


class Settings(BaseSettings):
    """Everything that differs from one place to another. ``JIANCHA_DATABASE`` sets ``database`` and so on."""

    model_config = SettingsConfigDict(env_prefix="JIANCHA_", extra="ignore")

    database: str = DEFAULT_DATABASE
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    secret_key: SecretStr | None = None
    secret_file: Path = ROOT / "build" / "secret"
    journal_key: Path = ROOT / "build" / "journal.key"  # signs the seals over the journal; the worker's alone
    state_key: Path = ROOT / "build" / "state.key"  # marks stored states; web's and worker's
    journal_origin: str = "jiancha/journal"  # the name under which it signs: one for each installation
    seal_every: int = Field(default=60, ge=1)  # seconds between seals while something happens
    seal_entries: int = Field(default=1_000, ge=1)  # or sooner, after so many entries
    anchor_file: Path | None = None  # where seals are held outside: any of the three, best by somebody else
    anchor_mail: str | None = None
    anchor_url: str | None = None
    anchor_alarm_minutes: float = Field(default=30, gt=10)  # a holder without a new seal for so long is an alarm
    anchor_stop_hours: float | None = Field(default=None, gt=0)  # and for so long stops all acts; unset: never
    mail_host: str = "localhost"
    mail_port: int = Field(default=25, ge=1, le=65535)
    mail_from: str = "jiancha@localhost"
    notify_mail: bool = False  # mail to people goes through the relay above
    notify_webhook: AnyHttpUrl | None = None  # told of every alert
    notify_sms: AnyHttpUrl | None = None  # a gateway for SMS
    notify_key: SecretStr | None = None  # signs what webhook and gateway are sent
    notify_allow: str = ""  # private networks that these two may stand in, such as 10.1.0.0/16
    demo: bool = False
    https: bool = False  # set behind a TLS proxy: cookies are then sent over TLS only
    corpora: Path = ROOT.parent / "shared" / "corpora"
    language: str = "zh_Hans_CN"  # of visitors whose browser asks for none of ours
    timezone: str = "Asia/Shanghai"
    streams: int = Field(default=48, ge=1)  # live pages at once; the web server has 16 threads more
    deadman_url: AnyHttpUrl | None = None  # asked for each minute while the worker does its work
    streams_each: int = Field(default=6, ge=1)  # live pages of one person


def signing_key(settings: Settings) -> bytes:
    """The key that signs cookies: the configured one, else one that is made once and kept in a file of mode 0600.

    Raises ConfigError for a default or short key.
    """
    if settings.secret_key is not None:
        return _checked(settings.secret_key.get_secret_value(), "$JIANCHA_SECRET_KEY")
    path = settings.secret_file
    create_private(path, secrets.token_urlsafe(48))
    if path.stat().st_mode & 0o077:
        raise ConfigError(f"{path}: expected mode 0600, found one that others can read")
    return _checked(path.read_text(encoding="ascii").strip(), str(path))


def _checked(key: str, where: str) -> bytes:
    if key.lower() in KNOWN_KEYS or len(key) < SHORTEST_KEY or len(set(key)) < 8:
        raise ConfigError(f"{where}: expected a random key of {SHORTEST_KEY} characters or more, found a weak one")
    return key.encode()
