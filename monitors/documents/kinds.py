"""The kinds of documents: what each is called, which body issues it, on what law it stands, and how it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitors.words import Words

ORGAN = "organ"  # the supervision organ, which is one for the city
DEPARTMENT = "department"  # the department of the case


class Service(StrEnum):
    """How a document reached its addressee (民事诉讼法 Arts 88-95; 行政许可法 Art 44)."""

    COUNTER = "counter"  # 直接送达: handed over at the counter
    POST = "post"  # 邮寄送达: when the receipt has come back
    ELECTRONIC = "electronic"  # 电子送达
    LEFT = "left"  # 留置送达
    ANNOUNCED = "announced"  # 公告送达
    SIGNED = "signed"  # 签收: a department signs in the system


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document.

    ``sign`` stands in its number before the year; ``opening`` sees ``addressee``, ``case_no`` and ``item``;
    ``variants`` are the titles by the value of the field of the kind's own name.
    """

    code: str
    title: Words
    sign: str
    issuer: str
    basis: str
    opening: Words
    variants: Mapping[str, Words] = field(default_factory=dict)

    def title_for(self, value: object) -> Words:
        return self.variants.get(str(value), self.title)


_OF_CASES = (
    Kind(
        "acceptance",
        Words("受理通知书", "Notice of acceptance"),
        "受字",
        DEPARTMENT,
        "行政许可法 32",
        Words(
            "{addressee}：你（单位）关于“{item}”的申请（{case_no}）符合受理条件，现予受理。",
            "{addressee}: your application {case_no} for “{item}” fulfils the conditions and is accepted.",
        ),
    ),
    Kind(
        "supplement",
        Words("补正材料一次告知书", "Request for supplements"),
        "补字",
        DEPARTMENT,
        "行政许可法 32(4)",
        Words(
            "{addressee}：你（单位）关于“{item}”的申请（{case_no}）材料不齐全或者不符合法定形式，现一次告知需要补正的全部内容。",
            "{addressee}: the materials of your application {case_no} for “{item}” are incomplete or not in the form of "
            "the law. This tells once and in full what is to be supplemented.",
        ),
    ),
    Kind(
        "refusal",
        Words("不予受理决定书", "Refusal to accept"),
        "不受字",
        DEPARTMENT,
        "行政许可法 32, 38",
        Words(
            "{addressee}：你（单位）关于“{item}”的申请（{case_no}），经审查决定不予受理。",
            "{addressee}: your application {case_no} for “{item}” is not accepted.",
        ),
    ),
    Kind(
        "suspension",
        Words("特别程序告知书", "Notice of a special procedure"),
        "特字",
        DEPARTMENT,
        "行政许可法 45",
        Words(
            "{addressee}：你（单位）关于“{item}”的申请（{case_no}）依法需要进行特别程序，所需时间不计入办理期限，现书面告知。",
            "{addressee}: your application {case_no} for “{item}” needs a special procedure by law. The time needed is "
            "not counted; you are told in writing.",
        ),
    ),
    Kind(
        "extension",
        Words("延长办理期限告知书", "Notice of an extension"),
        "延字",
        DEPARTMENT,
        "行政许可法 42",
        Words(
            "{addressee}：你（单位）关于“{item}”的申请（{case_no}）不能在规定期限内作出决定，经批准延长期限，现将理由告知。",
            "{addressee}: no decision on your application {case_no} for “{item}” can be made within the limit. The limit "
            "is extended with approval, for the reason told here.",
        ),
    ),
    Kind(
        "decision",
        Words("行政许可决定书", "Decision"),
        "决字",
        DEPARTMENT,
        "行政许可法 34, 38, 44",
        Words(
            "{addressee}：你（单位）关于“{item}”的申请（{case_no}），本机关依法作出如下决定。",
            "{addressee}: on your application {case_no} for “{item}” this authority decides as follows.",
        ),
        {
            "granted": Words("准予行政许可决定书", "Decision to grant a licence"),
            "denied": Words("不予行政许可决定书", "Decision to deny a licence"),
            "withdrawn": Words("终止办理通知书", "Notice that the case has ended"),
            "terminated": Words("终止办理通知书", "Notice that the case has ended"),
        },
    ),
)
_OF_SUPERVISION = (
    Kind(
        "order",
        Words("督办单", "Supervision order"),
        "督办",
        ORGAN,
        "B.4 row 4",
        Words("{addressee}：经核查，下列事实构成违规，现予督办。", "{addressee}: the following facts are a violation."),
    ),
    Kind(
        "yellow_card",
        Words("黄牌警告通知书", "Yellow card"),
        "黄牌",
        ORGAN,
        "B.4 row 5",
        Words("{addressee}：因下列违规，发给黄牌。", "{addressee}: a yellow card is issued for this violation."),
    ),
    Kind(
        "red_card",
        Words("红牌警告通知书", "Red card"),
        "红牌",
        ORGAN,
        "B.4 row 5",
        Words("{addressee}：因下列违规，发给红牌。", "{addressee}: a red card is issued for this violation."),
    ),
    Kind(
        "appeal_decision",
        Words("申诉裁定书", "Decision on an appeal"),
        "申裁",
        ORGAN,
        "B.4 row 7",
        Words("{addressee}：你单位的申诉，经审查裁定如下。", "{addressee}: your appeal is decided as follows."),
    ),
    Kind(
        "proposal",
        Words("监察建议书", "Supervision proposal"),
        "监建",
        ORGAN,
        "B.4 row 9",
        Words(
            "{addressee}：整改复核未通过，现提出监察建议，请研究办理并书面回复。",
            "{addressee}: the rectification did not pass. This proposal asks you to act and to answer in writing.",
        ),
    ),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in (*_OF_CASES, *_OF_SUPERVISION)}
OF_DEPARTMENTS = tuple(code for code, kind in KINDS.items() if kind.issuer == DEPARTMENT)
