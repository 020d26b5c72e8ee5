"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from webui.access import TOKEN, application, visitor
from webui.demo_logins import demo_logins
from webui.i18n import COOKIE, LANGUAGES
from webui.permissions import ORGAN, TABLE, permitted
from webui.shown import NAVIGATION

pages = Blueprint("login", __name__)
LANGUAGE_KEPT = 365 * 24 * 3600


def form(target: str = "/", person: str = "", mistake: str = "") -> str:
    """The login page; in the demo it lists who can be signed in as."""
    logins = demo_logins(application()) if application().settings.demo else ()
    return render_template("login.html", target=target, person=person, mistake=mistake, logins=logins)


@pages.get("/")
@permitted("own session")
def home() -> BaseResponse:
    """The first place that the visitor's roles open."""
    roles = visitor().roles
    places = [endpoint for row, endpoint, _blueprints in NAVIGATION if TABLE[row].admits(roles)]
    if not places:
        return make_response(render_template("nothing.html"))
    return redirect(url_for("board.show" if roles & ORGAN else places[0]))


@pages.get("/login")
@permitted("public")
def show() -> BaseResponse | str:
    return form(inside(request.args.get("next", "/")))


@pages.post("/login")
@permitted("public")
def enter() -> BaseResponse:
    """Sign in. The answer to a wrong password and to an unknown person is the same, and takes as long."""
    person = request.form.get("person", "").strip()
    target = inside(request.form.get("next", "/"))
    app, address = application(), request.remote_addr or ""
    wait = app.backoff.attempt(person, address)
    if wait:
        seconds = int(wait.total_seconds()) + 1
        words = _("Too many failed attempts. Try again in %(seconds)d seconds.", seconds=seconds)
        response = make_response(form(target, person, words), 429)
        response.headers["Retry-After"] = str(seconds)
        return response
    if not app.credentials.check(person, request.form.get("password", "")):
        return make_response(form(target, person, _("Name or password is wrong.")), 401)
    app.backoff.succeeded(person, address)
    return _signed_in(person, target)


def _signed_in(person: str, target: str) -> BaseResponse:
    app = application()
    old = session.get(TOKEN)
    if old:
        app.sessions.revoke(old)
    session.clear()  # also the CSRF token: nothing from before the login is worth anything after it
    session[TOKEN] = app.sessions.open(person)
    response = redirect(target, 303)
    language = app.credentials.language(person)
    if language and COOKIE not in request.cookies:
        _remember(response, language)
    return response


@pages.post("/logout")
@permitted("public")
def leave() -> BaseResponse:
    token = session.pop(TOKEN, None)
    if token:
        application().sessions.revoke(token)
    session.clear()
    return redirect(url_for("login.show"), 303)


@pages.post("/language/<language>")
@permitted("public")
def choose_language(language: str) -> BaseResponse:
    """Keep the language in a cookie, and for the person where one is signed in."""
    response = redirect(_ours(request.form.get("next", "/")), 303)
    if language in LANGUAGES:
        _remember(response, language)
        if g.visitor:
            application().credentials.choose_language(g.visitor.id, language)
    return response


def _remember(response: BaseResponse | Response, language: str) -> None:
    response.set_cookie(
        COOKIE,
        language,
        max_age=LANGUAGE_KEPT,
        httponly=True,
        samesite="Lax",
        secure=application().settings.https,
    )


def inside(target: str) -> str:
    """Where to go when one is signed in: an address on this site, and not the login page again."""
    return "/" if target.startswith(("/login", "/logout")) else _ours(target)


def _ours(target: str) -> str:
    """An address on this site, never another's; a browser reads ``/\\`` as ``//``."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return target if ours and "\n" not in target else "/"
