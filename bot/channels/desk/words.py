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
