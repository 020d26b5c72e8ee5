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

MEASURES = {
    ("talk", "red"): Words(
        "{}个月内被发红牌{}张，建议诫勉谈话或效能告诫",
        "Red cards within {} months: {}; an admonishing talk is proposed",
    ),
    ("talk", "yellow"): Words(
        "{}个月内被发黄牌{}张，建议诫勉谈话或效能告诫",
        "Yellow cards within {} months: {}; an admonishing talk is proposed",
    ),
    ("transfer", "red"): Words(
        "{}个月内被发红牌{}张，建议调离岗位", "Red cards within {} months: {}; a transfer is proposed"
    ),
}
EXTENDED = Words("整改期限延长至{}。", "The rectification may now be reported until {}.")
NOT_ADMITTED = Words("对{}的申诉不予受理：{}", "The appeal against {} is not admitted: {}")
REVOKED = Words("违规{}已撤销：{}", "Violation {} was revoked: {}")
PROPOSED = Words("已发出{}。", "{} was issued.")
COPY_SENT = Words("收到{}的抄送件，请签收并于{}前答复。", "A copy of {} has arrived; sign for it and answer by {}.")
PROPOSAL_TITLES = {
    "proposal": Words("监察建议书", "Supervision proposal"),
    "accountability": Words("问责建议书", "Proposal of accountability"),
}
PANEL = Words("三人合议：撤销{}票，降级{}票，维持{}票", "Panel of three: {} to revoke, {} to downgrade, {} to uphold")
OVERTAKEN = Words("已另发红牌，申诉随红牌一并提出", "A red card took its place; the appeal is to be made against that")
