"""``jiancha cases``: running cases taken to another version of their model, and back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from engine.errors import NotFound
from engine.instances.migrating import DERIVE, KEEP
from engine.migration import Migrated
from engine.model import Actor
from webui.cli.common import database_option
from webui.cli.output import print_json, progress
from webui.cli.versions import opened
from webui.publishing import may
from webui.wiring import Application

OPERATOR = "operator"  # whoever sits at the machine
_WHY = {
    "gone": "the other version does not have it",
    "other_kind": "it is another kind of node there",
    "join": "a join would wait for what cannot come",
    "clock": "a running clock would be lost",
    "moves": "a running clock would move",
    "separation": "who did this step may not do another, and would be forgotten",
    "busy": "the case was busy",
}
by_option = click.option("--by", metavar="PERSON", help="Who does it, by id; default: the operator of this machine.")


@click.group()
def cases() -> None:
    """Take running cases to another version of their model, and back."""


@cases.command()
@click.argument("name", metavar="NAME")
@click.option("--from", "source", type=int, required=True, metavar="V", help="The version they run on.")
@click.option("--to", "target", type=int, required=True, metavar="V", help="The version they go to.")
@click.option("--case", "case_id", metavar="ID", help="Only this case, by its id or number.")
@click.option(
    "--map", "maps", multiple=True, metavar="OLD=NEW", help="What an element is called there; OLD=- lets a clock end."
)
@click.option(
    "--clocks", type=click.Choice([KEEP, DERIVE]), default=KEEP, help="Limits that run: as they began, or as there."
)
@click.option("--apply", "apply_", is_flag=True, help="Do it; without this it is only shown.")
@by_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def migrate(
    name: str, source: int, target: int, case_id: str | None, maps: tuple[str, ...], clocks: str, apply_: bool,
    by: str | None, database: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Take the open cases of a model from one version to another: first shown, then done.

    A case in which a token or a running clock would be lost stays where it is, unless --map says what becomes
    of it. Cut off and started again, it goes on. Exit 1 when a case cannot go.
    """
    with opened(database) as app:
        person = _person(app, by)
        migrations = app.runtime.migrations
        plan = migrations.draw(
            name, source, target, by=person, instance_id=case_id and _case(app, name, case_id), mapping=_mapping(maps),
            clocks=clocks,
        )  # fmt: skip
        if apply_:
            found = migrations.apply(plan, actor=Actor(person), told=_told)
        else:
            found = migrations.preview(plan, told=_told)
    if as_json:
        print_json(_document(found, applied=apply_))
    else:
        for line in _lines(found, applied=apply_):
            click.echo(line)
    sys.exit(1 if found.refused else 0)


@cases.command()
@click.argument("plan", metavar="PLAN")
@by_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rollback(plan: str, by: str | None, database: str | None, as_json: bool) -> None:
    """Bring the cases of a plan back to the version they came from.

    A case in which something has happened since stays. Exit 1 when one does.
    """
    with opened(database) as app:
        found = app.runtime.migrations.undo(plan, actor=Actor(_person(app, by)), told=_told)
    gone_on = [case.instance_id for case in found.refused]
    back = len(found.cases) - len(gone_on)
    if as_json:
        print_json({"plan": found.plan.id, "cases": len(found.cases), "back": back, "gone_on": gone_on})
    else:
        for case in found.refused:
            click.echo(f"{case.business_key} has gone on and stays on version {found.plan.to_version}")
        click.echo(
            f"plan {found.plan.id}: {back} of {len(found.cases)} cases back on version {found.plan.from_version}"
        )
    sys.exit(1 if gone_on else 0)


def _person(app: Application, by: str | None) -> str:
    return OPERATOR if by is None else may(app, by, "publish a model")


def _case(app: Application, name: str, text: str) -> str:
    """The id of a case, given by its id or its number."""
    found = app.runtime.query.instances(definition=name, business_key=text, limit=2)
    if len(found) == 1:
        return found[0].id
    if app.runtime.query.instance(text).definition != name:
        raise NotFound(f"expected a case of {name}, found one of another model", instance=text)
    return text


def _mapping(maps: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for text in maps:
        old, mark, new = text.partition("=")
        if not mark or not old or not new:
            raise click.UsageError(f"expected OLD=NEW, found {text}")
        found[old] = new
    return found


def _told(done: int) -> None:
    if done % 200 == 0:
        progress(f"{done} cases")


def _document(found: Migrated, *, applied: bool) -> dict[str, Any]:
    plan, good = found.plan, [case for case in found.cases if case.moved is not None]
    clocks = [case.moved["clocks"] for case in good if case.moved is not None]
    return {
        "plan": plan.id,
        "definition": plan.definition,
        "from": plan.from_version,
        "to": plan.to_version,
        "clocks_rule": plan.clocks,
        "mapping": dict(plan.mapping),
        "applied": applied,
        "cases": len(found.cases),
        "migrated": len(good),
        "refused": len(found.refused),
        "clocks": {"same": sum(one["same"] for one in clocks)}
        | {what: sum(len(one[what]) for one in clocks) for what in ("moved", "appeared", "vanished")},
        "checkpoints": {what: _counted(found, what) for what in ("appeared", "vanished")},
        "of_cases": [
            {"case": case.instance_id, "number": case.business_key, "moved": case.moved, "reasons": list(case.reasons)}
            for case in found.cases
        ],
    }


def _counted(found: Migrated, what: str) -> dict[str, int]:
    """Checkpoint and the element it hangs on -> in how many cases."""
    every = Counter(
        f"{one['checkpoint']} {one['element']}"
        for case in found.cases
        if case.moved is not None
        for one in case.moved["checkpoints"][what]
    )
    return dict(sorted(every.items()))


def _lines(found: Migrated, *, applied: bool) -> Iterator[str]:
    document = _document(found, applied=applied)
    for case in found.cases:
        for clock in case.moved["clocks"]["moved"] if case.moved is not None else ():
            was, now = clock["before"], clock["after"]
            yield f"{case.business_key} {clock['element']} {clock['rule']} {clock['rung']}: {was['due']} -> {now['due']}"
        for reason in case.reasons:
            yield f"{case.business_key} stays: {reason['element']}: {_WHY.get(reason['why'], reason['why'])}"
    for what in ("appeared", "vanished"):
        for name, number in document["checkpoints"][what].items():
            yield f"checkpoint {name} {what} in {number} cases"
    clocks = document["clocks"]
    yield (
        f"clocks: {clocks['same']} stay, {clocks['moved']} move, {clocks['appeared']} appear, "
        f"{clocks['vanished']} vanish"
    )
    verb = "went" if applied else "can go"
    yield (
        f"plan {found.plan.id}: {found.plan.definition} {found.plan.from_version} to {found.plan.to_version}, "
        f"{document['migrated']} of {document['cases']} cases {verb}, {document['refused']} cannot"
    )
