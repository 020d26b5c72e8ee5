"""The timeline of a violation, made from its rows: what happened when, by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from monitors.outcomes import Appeal, Card, Event, Explanation, Inspection, Order, Rectification, Violation


def timeline(
    warning: Mapping[str, Any],
    explanation: Explanation | None,
    violation: Violation,
    order: Order | None,
    cards: Iterable[Card],
    appeals: Iterable[Appeal],
    rectifications: Iterable[Rectification],
    findings: Iterable[Mapping[str, Any]] = (),
    inspections: Iterable[Inspection] = (),
) -> tuple[Event, ...]:
    """The events in order of time; at one instant in the order of the process.

    Kinds: fact, warned, explained, inspected, confirmed, joined, order_issued, card_issued, card_delivered, card_deemed_delivered,
    appeal_filed, appeal_decided, rectified, rectification_verified, closed.
    """
    events = [
        Event(violation.fact_at, "fact", None, warning["case_no"], warning["rule"]),
        Event(warning["raised_at"], "warned", None, warning["number"], warning["message"]),
    ]
    for one in inspections:
        events.append(Event(one.recorded_at, "inspected", one.inspected_by, one.kind, one.record))
    for finding in findings:
        if finding["joined_at"] > violation.confirmed_at:
            about = finding["number"], finding["message"]
            events.append(Event(finding["joined_at"], "joined", finding["joined_by"], *about))
    if explanation is not None and explanation.text:
        at, by = explanation.explained_at, explanation.explained_by
        events.append(Event(at, "explained", by, warning["number"], explanation.text))
    at, by = violation.confirmed_at, violation.confirmed_by
    events.append(Event(at, "confirmed", by, violation.number, violation.reason))
    if order is not None:
        events.append(Event(order.issued_at, "order_issued", order.approved_by, order.number, order.demand))
    for card in cards:
        events.extend(_card(card))
    for appeal in appeals:
        events.extend(_appeal(appeal))
    for report in rectifications:
        events.extend(_rectification(report))
    if violation.closed_at is not None:
        events.append(Event(violation.closed_at, "closed", None, violation.number, violation.state))
    return tuple(sorted(events, key=lambda event: event.at))


def _card(card: Card) -> Iterator[Event]:
    yield Event(card.issued_at, "card_issued", card.issued_by, card.number, card.issued_colour)
    if card.delivered_at is not None:
        kind = "card_deemed_delivered" if card.deemed else "card_delivered"
        yield Event(card.delivered_at, kind, card.received_by, card.number)


def _appeal(appeal: Appeal) -> Iterator[Event]:
    yield Event(appeal.filed_at, "appeal_filed", appeal.filed_by, "", appeal.grounds)
    if appeal.decided_at is not None:
        yield Event(appeal.decided_at, "appeal_decided", appeal.decided_by, appeal.state, appeal.reason or "")


def _rectification(report: Rectification) -> Iterator[Event]:
    yield Event(report.submitted_at, "rectified", report.signed_by, str(report.round), report.measures)
    if report.verified_at is not None and report.outcome is not None:
        note = report.reason or ""
        yield Event(report.verified_at, "rectification_verified", report.verified_by, report.outcome, note)
