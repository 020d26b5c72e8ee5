"""Makes the Flask application around a wired product. Nothing happens at import."""

from __future__ import annotations

import hashlib
from pathlib import Path

from apiflask import APIFlask
from flask import Flask, url_for
from flask_wtf import CSRFProtect

from webui import access, faults, i18n, security, shown
from webui.config import signing_key
from webui.live import Streams
from webui.pages import PAGES
from webui.wiring import Application

LARGEST_POST = 2 * 1024 * 1024
BUNDLES = Path(__file__).resolve().parent / "static" / "build"


def create_app(application: Application) -> Flask:
    """The pages of ``application``. Raises ConfigError for a weak signing key."""
    settings = application.settings
    app = APIFlask("webui", title="Jiancha", version="0.1.0", enable_openapi=False, json_errors=False)
    app.config.update(
        SECRET_KEY=signing_key(settings),
        SESSION_COOKIE_NAME="jiancha",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # SameSite and the token do it; proxies often drop the Referer
        MAX_CONTENT_LENGTH=LARGEST_POST,
        MAX_FORM_PARTS=1_000,
    )
    app.extensions["jiancha"] = application
    app.extensions["jiancha_streams"] = Streams(settings.streams, settings.streams_each)
    i18n.install(app, settings)
    security.install(app, https=settings.https)
    access.guard(app)
    CSRFProtect(app)
    faults.install(app)
    shown.install(app)
    app.jinja_env.globals["bundle"] = _bundles()
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    return app


def _bundles() -> object:
    """``bundle(name)``: the address of a bundle, with its hash, so that a new one is never an old one."""
    hashes = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        for file in (BUNDLES.iterdir() if BUNDLES.is_dir() else ())
        if file.suffix in (".js", ".css")
    }

    def bundle(name: str) -> str:
        return url_for("static", filename=f"build/{name}", v=hashes.get(name, "0"))

    return bundle
