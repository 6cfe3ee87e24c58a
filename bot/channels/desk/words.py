"""What the desk calls things that the rest of the assistant names in a word of code; in Traditional (see pages)."""

from __future__ import annotations

ROLES = {"staff": "客服", "reviewer": "審核員"}
WEAK = {
    "short": "太短，至少要 12 個字符。",
    "long": "太長，最多 256 個字符。",
    "guessable": "這個密碼太容易猜中：常用的密碼、一個詞、鍵盤順序、重複或日期都不行。用幾個不相干的詞連起來就好。",
    "": "可以用。",
}
"""What is said of a password (helpdesk.passwords)."""
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
    "invited staff": "邀請同事",
    "invited reviewer": "邀請審核員",
    "gave a new link": "給了換密碼的連結",
    "took a link back": "收回連結",
    "joined": "用連結開了帳號",
    "made staff": "改為客服",
    "made reviewer": "改為審核員",
    "removed": "移除帳號",
    "let in": "恢復帳號",
    "shut out": "停用帳號",
    "saw": "看了",
    "claimed": "接手",
    "put back": "放回",
    "freed": "替人放回",
    "passed on": "轉給同事",
    "answered": "答覆",
    "refused": "婉拒",
    "asked back": "反問",
    "said to be looking": "說正在查",
    "said": "用自己的話說",
    "noted": "寫備註",
    "expired": "沒人處理，放回待答",
    "answered anew": "更正答覆",
    "withdrew": "撤回答覆",
    "sent again": "再送一次",
    "searched": "找結束的問題",
    "exported": "匯出結束的問題",
    "proposed": "提議",
    "accepted": "採納",
    "rejected": "不採納",
    "dismissed": "不用學",
    "undid": "改回待審",
    "took proposal back": "撤回提議",
    "purged": "清除舊資料",
    "published": "發布文件",
    "retired": "撤下文件",
    "corrected": "告訴對方答覆已不作準",
    "replaced": "發布新版，撤下舊版",
    "restored": "把撤下的文件放回",
    "confirmed dates": "核對文件的日期和代替關係",
    "confirmed units": "核對文件裡的單位",
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
MASKED = "您寫的話裡，像是個人號碼的已經遮去，還沒有送出。請看一遍，再按一次。"
"""What a clerk is told of personal numbers in what was typed."""
CHANGED = "對方會看到的和您剛才預覽的不一樣了，還沒有送出。請看一遍，再按一次。"
"""What a clerk is told who sends what is not what was shown."""
WHY_OUTDATED = {
    "retired": "文件已撤下",
    "replaced": "文件已被代替",
    "repealed": "文件已廢止",
    "expired": "文件已過期",
    "changed": "這段話改了",
}
"""Why what was quoted does not stand any more (helpdesk.outdated)."""
TROUBLES = {
    "refused": "{about}",
    "gone": "這份草稿已經不在了，請重新上傳。",
    "key": "網址裡的名字只能用小寫字母、數字、- 和 _，例如 songping-2023-11。",
    "taken": "已經有一份文件叫 {about}。要用新的代替它，請勾選“代替”；不然請換一個名字。",
    "format": "只能放入文本、DOCX、PDF 或網頁，這是 {about}。",
    "unknown": "沒有叫 {about} 的文件，可能別人剛剛撤下或放回了。",
    "none left": "這是最後一份文件，撤下後就沒有可以回答的了。",
    "city": "單位表（departments.toml）讀不了，請管理員看一下。",
    "held": "文件夾裡另一份文件（{about}）讀不了，這一步沒有完成。請管理員看一下。",
    "settings": "文件 {about} 的 document.toml 有問題，這一步沒有完成。請管理員看一下。",
    "interpretation": "這是政策解讀。回答要引用文件本身的話，請放入它所解讀的文件。",
    "name too common": "“{about}”太短或太平常，會被當成別的意思。請寫得具體一些，比如松屏十二條。",
    "name taken": "“{about}”已經是另一份文件的叫法。",
    "unit too short": "單位的簡稱“{about}”太短，至少要兩個字。",
    "unit twice": "“{about}”成了兩個單位的名字，只能留一處。",
    "no day": "“{about}”不是日期。請寫成 2023-06-01 這樣；沒有就留空。",
    "ends before": "有效期在施行之前就結束了（{about}），請核對。",
    "folder": "文件夾寫不進去，請管理員看一下 RONGCE_DOCUMENTS。",
    "": "文件夾裡的資料有問題，這一步沒有完成。請管理員看一下記錄。",
}
"""Why something cannot be done with a document: a clerk's words for each reason of DocumentError, and for what is typed."""
