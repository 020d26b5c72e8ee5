"""What every template may use: instants in the city's zone, words for codes, who is signed in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from webui import scorewords, vocabulary
from webui.access import application, reach, visitor
from webui.forms import Option
from webui.i18n import label
from webui.permissions import ALARMED, TABLE
from webui.presenters import subject
from webui.watchman import Alarm

PLACES = 4  # of decimals that a page shows
NAVIGATION = (
    # row of the permission table, endpoint, and the blueprints under which it is the present place
    ("list tasks", "tasks.inbox", ("tasks",)),
    ("list cases", "cases.listing", ("cases",)),
    ("watch the board", "board.show", ("board",)),
    ("watch the board", "warnings.listing", ("warnings", "waivers", "recalls")),
    ("list violations", "violations.listing", ("violations", "handling")),
    ("read the ranking", "scores.ranking", ("scores", "score_life")),
    ("read reports", "reports.listing", ("reports",)),
    ("list incidents", "incidents.listing", ("incidents", "messages")),
    ("list models", "models.listing", ("models",)),
    ("list calendars", "decrees.listing", ("decrees",)),
    ("list data sets", "datasets.listing", ("datasets",)),
    ("list items", "items.listing", ("items", "laws")),
    ("watch the outbox", "outbox.listing", ("outbox",)),
)


def zone() -> ZoneInfo:
    return ZoneInfo(application().settings.timezone)


def instant(value: datetime | str | None, seconds: bool = False) -> str:
    """An instant as people here write it: ``2026-03-11 09:12``; an ISO text is read first."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    if not isinstance(moment, datetime):
        return ""
    return moment.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def day(value: datetime | date | None) -> str:
    """A date; an instant's date in the city's zone."""
    if value is None:
        return ""
    return (value.astimezone(zone()).date() if isinstance(value, datetime) else value).isoformat()


def clock_tag(value: datetime | None) -> Markup | str:
    """An instant as a ``time`` element, exact for machines."""
    if value is None:
        return ""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), instant(value))


def points(value: Decimal | int | float | None) -> str:
    """Points without needless zeros: ``97.5``, ``100``."""
    return "" if value is None else format(Decimal(str(value)).quantize(Decimal("0.01")).normalize(), "f")


def data_value(value: Any) -> str:
    """A value of a case's data in words."""
    if isinstance(value, Option):
        return label(value.label, value.label_en)
    if isinstance(value, bool):
        return str(vocabulary.YES if value else vocabulary.NO)
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        short = round(value, PLACES)
        return format(value if short == value else short.normalize(), "f")
    if isinstance(value, list):
        return "、".join(data_value(item) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{key}: {data_value(item)}" for key, item in value.items())
    if isinstance(value, str) and "T" in value:
        try:
            return instant(value) or value
        except ValueError:
            return value
    return str(value)


def name_of(value: Any) -> str:
    """The name of a person, department, district or step in the language of the request."""
    return label(getattr(value, "name", ""), getattr(value, "name_en", ""))


def navigation() -> list[dict[str, Any]]:
    """The places that the visitor's roles open."""
    roles = visitor().roles if g.get("visitor") else frozenset()
    here = request.blueprint or ""
    return [
        {
            "endpoint": endpoint,
            "words": vocabulary.PLACE[endpoint],
            "here": here in places,
            "count": _standing() if endpoint == "incidents.listing" else 0,
        }
        for row, endpoint, places in NAVIGATION
        if roles and TABLE[row].admits(roles)
    ]


def _standing() -> int:
    """How many incidents wait in the visitor's scope."""
    return application().runtime.query.count_incidents(reach("list incidents").pairs)


def can_start() -> bool:
    """Whether the visitor may start cases."""
    return TABLE["start a case"].admits(visitor().roles)


def opens(row: str) -> bool:
    """Whether the visitor's roles open what that row stands for."""
    return TABLE[row].admits(visitor().roles)


def district_name(code: str) -> str:
    """A district's name; read once for each answer."""
    if "districts" not in g:
        with application().database.read() as connection:
            g.districts = {one.code: one for one in application().directory.districts(connection)}
    return name_of(g.districts[code]) if code in g.districts else code


def indicator_name(body: Any, code: str) -> str:
    """The name of an indicator or deduction of a kept score, as its sheet says it."""
    rows = (*body["indicators"], *body.get("deductions", ()))
    found = next((one for one in rows if one["code"] == code), None)
    return label(found["name"], found["name_en"]) if found else str(vocabulary.word(vocabulary.DEDUCTION, code))


def unread_here() -> int:
    """How many notices the visitor has not read; the page that tells of a database that is away tells of none."""
    try:
        return application().inbox.unread(visitor().id)
    except SQLAlchemyError:
        return 0


def streams_here() -> bool:
    """Whether this page listens for new warnings."""
    return bool(g.get("visitor")) and TABLE["watch the board"].admits(visitor().roles)


def alarms_here() -> tuple[Alarm, ...]:
    """What keeps the product from its work, for those who must know."""
    here = bool(g.get("visitor")) and bool(visitor().roles & ALARMED)
    return application().watchman.shown() if here else ()


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        instant=instant, day=day, clock=clock_tag, points=points, data_value=data_value, named=name_of
    )
    app.jinja_env.globals.update(
        word=vocabulary.word,
        words=vocabulary,
        csrf_token=generate_csrf,
        navigation=navigation,
        streams_here=streams_here,
        unread_here=unread_here,
        alarms_here=alarms_here,
        can_start=can_start,
        opens=opens,
        district_name=district_name,
        indicator_name=indicator_name,
        period_name=scorewords.period_name,
        formula_words=scorewords.formula_words,
        figure_value=scorewords.figure_value,
        item_name=scorewords.item_name,
        subject_of=lambda case: subject(case.data, case.definition, case.definition),
    )

    @app.context_processor
    def around() -> dict[str, Any]:
        product = application()
        return {
            "visitor": g.get("visitor"),
            "demo": product.settings.demo,
            "now": product.clock.now(),
        }
