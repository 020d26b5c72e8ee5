"""The sentences of handling, in Chinese and English side by side."""

from __future__ import annotations

from monitors.words import Words

LATE = Words("“{}”已超过时限，请立即办理。", "“{}” is past its time limit; please do it now.")
ORDER_ISSUED = Words("已发出{}，请于{}前整改。", "{} was issued; rectify by {}.")
CARD_ISSUED = Words("已发出{}，请签收。", "{} was issued; please sign for it.")
DEEMED = Words("{}逾期未签收，视为送达。", "{} was not signed for in time and is deemed delivered.")
APPEAL_FILED = Words("部门对{}提出申诉。", "The department appeals against {}.")
APPEAL_DECIDED = Words("对{}的申诉：{}。", "Appeal against {}: {}.")
RETURNED = Words("整改第{}次被退回：{}", "The rectification was returned (time {}): {}")
ESCALATED = Words("整改未通过，提请升级处理。", "The rectification failed; it is put forward for escalation.")

ORDER_TITLE = Words("督办单", "Supervision order")
CARD_TITLES = {
    "yellow": Words("黄牌警告通知书", "Yellow card"),
    "red": Words("红牌警告通知书", "Red card"),
}
OUTCOMES = {
    "revoked": Words("撤销", "revoked"),
    "upheld": Words("维持", "upheld"),
    "downgraded": Words("降级为黄牌", "downgraded to a yellow card"),
}
