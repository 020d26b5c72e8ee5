"""What places, items and codes are called in reports, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from monitors import tables as t
from monitors.words import Words

LEVELS = {
    "notice": Words("提示", "Notice"),
    "yellow": Words("黄色预警", "Yellow warning"),
    "red": Words("红色预警", "Red warning"),
}
COLOURS = {"yellow": Words("黄牌", "Yellow card"), "red": Words("红牌", "Red card")}
STATES = {
    "open": Words("待处理", "Open"),
    "explained": Words("已说明", "Explained"),
    "confirmed": Words("确认违规", "Confirmed"),
    "dismissed": Words("排除（误报）", "Dismissed"),
    "exempted": Words("免责", "Exempted"),
    "auto_closed": Words("更正后关闭", "Closed by correction"),
    "waived": Words("豁免", "Waived"),
    "recalled": Words("撤回", "Recalled"),
    "pending": Words("待发", "Pending"),
    "issued": Words("已发出", "Issued"),
    "delivered": Words("已送达", "Delivered"),
    "appealed": Words("申诉中", "Appealed"),
    "upheld": Words("维持", "Upheld"),
    "downgraded": Words("降级", "Downgraded"),
    "revoked": Words("撤销", "Revoked"),
    "cancelled": Words("取消", "Cancelled"),
    "closed": Words("办结", "Closed"),
    "draft": Words("草拟", "Draft"),
    "signed": Words("已签收", "Signed for"),
    "replied": Words("已回复", "Answered"),
    "returned": Words("退回", "Returned"),
    "overdue": Words("逾期", "Overdue"),
    "accepted": Words("通过", "Accepted"),
    "escalated": Words("上报", "Escalated"),
}
_UNKNOWN = Words("（未注明）", "(not stated)")
YES, NO = Words("是", "yes"), Words("否", "no")


def called(words: Mapping[str, Words], code: str | None) -> Words | str:
    """The words for a code; an unknown code is shown as it is."""
    return words.get(code or "", code or "")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the directory and of the items, looked up once for a report."""

    districts: Mapping[str, Words]
    departments: Mapping[tuple[str, str], Words]
    items: Mapping[str, Words]
    people: Mapping[str, Words]

    @classmethod
    def of(cls, connection: Connection) -> Names:
        r = t.case_record.c
        items = select(r.item, func.max(r.item_name), func.max(r.item_name_en)).where(r.item.is_not(None))
        return cls(
            {row.code: Words(row.name, row.name_en or row.name) for row in connection.execute(select(t.district))},
            {
                (row.district_code, row.code): Words(row.name, row.name_en or row.name)
                for row in connection.execute(select(t.department))
            },
            {code: Words(zh or code, en or zh or code) for code, zh, en in connection.execute(items.group_by(r.item))},
            {row.id: Words(row.name, row.name_en or row.name) for row in connection.execute(select(t.person))},
        )

    def district(self, code: str) -> Words:
        return self.districts.get(code, Words(code, code))

    def department(self, district: str, code: str) -> Words:
        return self.departments.get((district, code), Words(code, code))

    def item(self, code: str | None) -> Words:
        return _UNKNOWN if code is None else self.items.get(code, Words(code, code))

    def person(self, code: str | None) -> Words | None:
        return None if code is None else self.people.get(code, Words(code, code))

    def group(self, kind: str, key: tuple[Any, ...]) -> tuple[Any, ...]:
        """The cells that name a group of figures."""
        if kind == "district":
            return (self.district(key[0]),)
        if kind == "department":
            return self.district(key[0]), self.department(*key)
        if kind == "item":
            return key[0] or "", self.item(key[0])
        return tuple(_UNKNOWN if one in (None, "") else str(one) for one in key)
