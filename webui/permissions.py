"""The one table of who may do what. Every route names its row; what no row allows is denied.

A row mirrors a line of the authorization matrix. ``roles`` must be held somewhere to come in at all;
with ``Reach.THING`` one of them must also cover the district and department of the thing asked for, which
the view states with :func:`webui.access.require`; with ``Reach.LIST`` the rows shown are filtered by
the same grants in the query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Reach(Enum):
    """How far a row reaches."""

    ANYONE = "anyone"  # signed in or not
    SELF = "self"  # one's own session: anybody signed in
    LIST = "list"  # only what one's grants cover is shown
    THING = "thing"  # one's grants must cover the thing's district and department


@dataclass(frozen=True, slots=True)
class Row:
    """One act, the roles that may do it, and how far."""

    name: str
    reach: Reach
    roles: frozenset[str] = frozenset()
    demo_only: bool = False

    def admits(self, roles: frozenset[str]) -> bool:
        """Whether somebody holding these roles may come in (their scope is another question)."""
        return self.reach in (Reach.ANYONE, Reach.SELF) or bool(self.roles & roles)


ROLES = frozenset(
    {
        *("clerk", "section_chief", "dept_head", "liaison", "supervisor", "office_head", "leader"),
        *("designer", "publisher", "assessor", "auditor", "administrator"),
    }
)
ORGAN = frozenset({"supervisor", "office_head", "leader"})
DEPARTMENT = frozenset({"clerk", "section_chief", "dept_head", "liaison"})
ACTING = ORGAN | DEPARTMENT  # the roles that a diagram gives tasks to
WATCHING = ACTING | {"auditor"}
ANSWERING = frozenset({"section_chief", "dept_head", "liaison"})
SCORED = frozenset({"dept_head", "liaison"}) | ORGAN | {"assessor", "auditor"}
ASSESSING = frozenset({"assessor", "office_head"})  # the second person in an assessment
INCIDENTS = frozenset({"supervisor", "office_head", "auditor", "administrator"})
ALARMED = frozenset({"supervisor", "administrator"})  # told on every page when the product does not do its work

_ROWS = (
    Row("public", Reach.ANYONE),
    Row("own session", Reach.SELF),
    Row("own notices", Reach.SELF),
    Row("watch the outbox", Reach.LIST, frozenset({"administrator"})),  # which messages, never what they say
    Row("move the demo clock", Reach.SELF, demo_only=True),
    # start a case, do a task
    Row("list tasks", Reach.LIST, ACTING),
    Row("start a case", Reach.LIST, frozenset({"clerk", "section_chief"})),
    Row("read a task", Reach.THING, WATCHING),
    Row("do a task", Reach.THING, ACTING),  # and the engine: the task's role, separation of duties
    # read a case
    Row("list cases", Reach.LIST, WATCHING),
    Row("read a case", Reach.THING, WATCHING),
    # suspend and extend; the supervision organ and the auditor never
    Row("suspend a case", Reach.THING, frozenset({"clerk", "section_chief", "dept_head"})),
    Row("correct a time", Reach.THING, frozenset({"clerk", "section_chief", "dept_head"})),
    Row("decide about a clock", Reach.THING, frozenset({"section_chief", "dept_head"})),  # never who asked
    Row("extend a case", Reach.THING, frozenset({"dept_head"})),
    # warnings and violations
    Row("watch the board", Reach.LIST, ORGAN | ANSWERING | {"auditor"}),
    Row("read a warning", Reach.THING, WATCHING),
    Row("work on warnings", Reach.LIST, frozenset({"supervisor"})),
    Row("hold a warning", Reach.THING, frozenset({"supervisor", "office_head"})),
    Row("correct a warning", Reach.THING, frozenset({"liaison"})),
    # rules on trial are observed, and nobody of a department is told
    Row("watch trials", Reach.LIST, ORGAN | {"auditor", "designer", "publisher"}),
    # two people waive a rule or withdraw what a faulty one caused; that they are two is checked with the act
    Row("list waivers", Reach.LIST, ORGAN | {"auditor"}),
    Row("propose a waiver", Reach.LIST, frozenset({"supervisor", "office_head"})),
    Row("decide a waiver", Reach.THING, frozenset({"office_head", "leader"})),
    Row("list recalls", Reach.LIST, ORGAN | {"auditor"}),
    Row("propose a recall", Reach.LIST, frozenset({"supervisor", "office_head"})),
    Row("read a recall", Reach.THING, ORGAN | {"auditor"}),
    Row("decide a recall", Reach.THING, frozenset({"leader"})),
    Row("list violations", Reach.LIST, ORGAN | ANSWERING | {"auditor"}),
    Row("read a violation", Reach.THING, ORGAN | ANSWERING | {"auditor"}),
    Row("read a document", Reach.THING, WATCHING),  # and of a violation only who may read that
    Row("enter a finding", Reach.LIST, frozenset({"supervisor"})),
    Row("extend a rectification", Reach.THING, frozenset({"office_head"})),
    Row("propose a revocation", Reach.THING, frozenset({"supervisor"})),
    # statistics: everybody's figures are those of their own scope; a bulletin is for all of its district
    Row("read reports", Reach.LIST, ORGAN | ANSWERING | {"assessor", "auditor"}),
    Row("issue a bulletin", Reach.LIST, frozenset({"office_head"})),
    # incidents: two people skip; the administrator sees what failed, never the case
    Row("list incidents", Reach.LIST, INCIDENTS),
    Row("read an incident", Reach.THING, INCIDENTS),
    Row("act on an incident", Reach.THING, frozenset({"administrator"})),
    Row("confirm a skip", Reach.THING, frozenset({"office_head"})),
    # models: nobody publishes what he drew, which the engine refuses
    Row("list models", Reach.LIST, frozenset({"designer", "publisher", "supervisor", "office_head", "auditor"})),
    Row("draw a model", Reach.LIST, frozenset({"designer"})),
    Row("publish a model", Reach.LIST, frozenset({"publisher"})),
    # working calendars: who hands a decree in never confirms it, which the decrees refuse
    Row("list calendars", Reach.LIST, frozenset({"designer", "publisher", "supervisor", "office_head", "auditor"})),
    Row("hand in a decree", Reach.LIST, frozenset({"designer"})),
    Row("confirm a decree", Reach.LIST, frozenset({"publisher"})),
    # data sets: rows of other departments, of all districts
    Row("list data sets", Reach.LIST, ORGAN | {"auditor", "designer"}),
    Row("load a data set", Reach.LIST, frozenset({"supervisor"})),
    # items and articles of law: who proposes a change or enters a text never approves it, which both refuse
    Row("list items", Reach.LIST, WATCHING | {"designer", "publisher"}),
    Row("propose an item", Reach.LIST, frozenset({"designer", "dept_head"})),
    Row("decide an item", Reach.LIST, frozenset({"publisher"})),
    Row("list laws", Reach.LIST, WATCHING | {"designer", "publisher"}),
    Row("enter an article", Reach.LIST, frozenset({"designer", "supervisor"})),
    Row("confirm an article", Reach.LIST, frozenset({"publisher", "office_head"})),
    # assessment: the ranking for all who are assessed or assess, one's own sheet in full
    Row("read the ranking", Reach.LIST, SCORED),
    Row("read a score", Reach.THING, SCORED),
    Row("compute scores", Reach.LIST, frozenset({"assessor"})),
    Row("publish scores", Reach.LIST, frozenset({"assessor"})),
    Row("freeze a year", Reach.LIST, frozenset({"assessor"})),
    # a published sheet is objected to by the department, decided by somebody who did not publish it
    Row("object to a score", Reach.THING, frozenset({"dept_head", "liaison"})),
    Row("list objections", Reach.LIST, SCORED),
    Row("decide an objection", Reach.THING, ASSESSING),
    # points that people give and versions of a sheet have two persons, which the acts themselves check
    Row("list marks", Reach.LIST, ORGAN | {"assessor", "auditor"}),
    Row("enter a mark", Reach.LIST, frozenset({"assessor"})),
    Row("confirm a mark", Reach.THING, ASSESSING),
    Row("list score sheets", Reach.LIST, ORGAN | {"assessor", "auditor"}),
    Row("draw a score sheet", Reach.LIST, frozenset({"assessor"})),
    Row("review a score sheet", Reach.THING, ASSESSING),
)
TABLE = {row.name: row for row in _ROWS}


def permitted(name: str) -> Callable[[View], View]:
    """Mark a view with its row. An unknown row is an error at import."""
    row = TABLE[name]

    def mark(view: View) -> View:
        view.permission = row  # type: ignore[attr-defined]
        return view

    return mark


def row_of(view: Callable[..., Any]) -> Row | None:
    """The row a view was marked with, if any."""
    return getattr(view, "permission", None)
