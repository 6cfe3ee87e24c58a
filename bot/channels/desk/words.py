"""What the desk calls things that the rest of the assistant names in a word of code; in Traditional (see pages)."""

from __future__ import annotations

STAGES = {
    "waiting": "等候中",
    "claimed": "處理中",
    "answered": "已答覆",
    "refused": "已婉拒",
    "taken back": "已撤回",
}
DELIVERIES = {
    "waiting": "等對方的裝置來取",
    "sending": "正在送出",
    "delivered": "已送達",
    "failed": "送不到",
}
CHANNELS = {"web": "網頁", "telegram": "Telegram", "rest": "REST"}
OUTCOMES = {
    "answer": "引用條文",
    "departments": "責任單位",
    "citation": "出處",
    "full_text": "整條全文",
    "list": "清單",
    "document": "文件本身",
    "clarify": "反問",
    "no_answer": "婉拒",
    "handoff": "轉人工",
    "smalltalk": "寒暄",
}
SCRIPTS = {"hans": "簡體", "hant": "繁體"}
ORIGINS = {"staff": "人工答的", "down": "對答覆不滿意", "refused": "助手婉拒的", "own": "自己想到的"}
DECISIONS = {"open": "待審", "accepted": "採納", "rejected": "不採納"}
ACTIONS = {
    "signed in": "登入",
    "sign-in failed": "登入失敗",
    "signed out": "登出",
    "added staff": "加了帳號",
    "added reviewer": "加了審核員帳號",
    "changed password": "換了密碼",
    "let in": "恢復帳號",
    "shut out": "停用帳號",
    "saw": "看了",
    "claimed": "接手",
    "put back": "放回",
    "freed": "替人放回",
    "passed on": "轉給同事",
    "answered": "答覆",
    "refused": "婉拒",
    "sent again": "再送一次",
    "proposed": "提議",
    "accepted": "採納",
    "rejected": "不採納",
    "dismissed": "不用學",
    "purged": "清除舊資料",
    "published": "發布文件",
    "retired": "撤下文件",
    "corrected": "告訴對方答覆已不作準",
}
"""What is done, in the words of the audit trail (helpdesk.audit)."""
IN_FORCE = {
    "in_force": "有效",
    "unverified": "有效性未核實",
    "repealed": "已廢止",
    "expired": "已過期",
    "amended": "已修訂",
    "not_yet": "尚未施行",
}
"""Whether a document is in force (models.InForce)."""
WHY_OUTDATED = {
    "retired": "文件已撤下",
    "replaced": "文件已被代替",
    "repealed": "文件已廢止",
    "expired": "文件已過期",
    "changed": "這段話改了",
}
"""Why what was quoted does not stand any more (helpdesk.outdated)."""
