// The page's own words; what the assistant says comes from domain.yml.
export const WORDS = {
  hant: {
    next: "可以接著問", typed: "是不是想問", print: "列印", printed: "榕策問答的對話記錄，列印於 DATE", why: "謝謝。哪裡沒答好？",
    reasons: { "wrong clause": "不是這一條", "not an answer": "沒回答到", "hard to read": "看不懂", other: "其他原因" },
    name: "榕策問答", about: "用政策文件的原文回答，附責任單位和出處；以責任單位的答覆為準。",
    heldOne: "依據：NAME", heldMany: "依據：COUNT 份文件，如 NAME", issued: "（DATE印發）", talk: "對話",
    label: "您的問題", send: "送出", forget: "清除對話", keep: "保留", otherLanguage: "English", placeholder: "請輸入問題",
    hello: "想知道什麼？可以先試試：", typing: "正在查文件", retrying: "沒送出去，正在重送…", failed: "送不出去。",
    retry: "再送一次", copy: "複製原句和出處", copied: "已複製", notCopied: "沒能複製", all: "全部顯示",
    confirm: "這段對話會從伺服器上刪除。確定嗎？", notForgotten: "沒刪成，請再試一次。",
    buttons: ["責任單位", "出處", "原文", "還有"], fullText: "原文", clause: "第N條", up: "有幫助", down: "沒幫助", noted: "記下了，謝謝。", person: "轉人工", takeBack: "取消人工", reply: "回覆", replyTo: "回覆：", dropReply: "不回覆了", staff: "服務台同事", tookBack: "這則答覆已經作廢，請看後面的更正。", news: "有新答覆",
    standing: { waiting: "在等服務台同事答覆。", claimed: "服務台同事正在處理。" },
    within: "只查：", widen: "查所有文件", notHeld: "沒有連結裡說的文件：", notNarrowed: "沒能限定查哪一份文件，請重新載入這個頁面。",
    helloWithin: "想知道這份文件裡的什麼？直接打字問，也可以先試試：",
  },
  hans: {
    next: "可以接着问", typed: "是不是想问", print: "打印", printed: "榕策问答的对话记录，打印于 DATE", why: "谢谢。哪里没答好？",
    reasons: { "wrong clause": "不是这一条", "not an answer": "没回答到", "hard to read": "看不懂", other: "其他原因" },
    name: "榕策问答", about: "用政策文件的原文回答，附责任单位和出处；以责任单位的答复为准。",
    heldOne: "依据：NAME", heldMany: "依据：COUNT 份文件，如 NAME", issued: "（DATE印发）", talk: "对话",
    label: "您的问题", send: "发送", forget: "清除对话", keep: "保留", otherLanguage: "English", placeholder: "请输入问题",
    hello: "想知道什么？可以先试试：", typing: "正在查文件", retrying: "没发出去，正在重发…", failed: "发不出去。",
    retry: "再发一次", copy: "复制原句和出处", copied: "已复制", notCopied: "没能复制", all: "全部显示",
    confirm: "这段对话会从服务器上删除。确定吗？", notForgotten: "没删成，请再试一次。",
    buttons: ["责任单位", "出处", "原文", "还有"], fullText: "原文", clause: "第N条", up: "有帮助", down: "没帮助", noted: "记下了，谢谢。", person: "转人工", takeBack: "取消人工", reply: "回复", replyTo: "回复：", dropReply: "不回复了", staff: "服务台同事", tookBack: "这则答复已经作废，请看后面的更正。", news: "有新答复",
    standing: { waiting: "在等服务台同事答复。", claimed: "服务台同事正在处理。" },
    within: "只查：", widen: "查所有文件", notHeld: "没有链接里说的文件：", notNarrowed: "没能限定查哪一份文件，请重新加载这个页面。",
    helloWithin: "想知道这份文件里的什么？直接打字问，也可以先试试：",
  },
  en: {
    next: "You could ask next", typed: "Do you mean", print: "Print", printed: "Conversation with Rongce, printed on DATE", why: "Thank you. What was wrong with it?",
    reasons: { "wrong clause": "Wrong clause", "not an answer": "Not an answer", "hard to read": "Hard to read", other: "Something else" },
    name: "榕策问答 · Rongce", about: "Answers with the words of the policy documents, the responsible units and the source; the units have the last word.",
    heldOne: "From: NAME", heldMany: "From: COUNT documents, such as NAME", issued: " (issued on DATE)", talk: "Conversation",
    label: "Your question", send: "Send", forget: "Delete", keep: "Keep", otherLanguage: "中文", placeholder: "Type your question",
    hello: "What would you like to know? You could begin with:", typing: "Looking into the documents", retrying: "It was not sent; trying again…", failed: "It could not be sent.",
    retry: "Send again", copy: "Copy quote and source", copied: "Copied", notCopied: "It could not be copied", all: "Show all",
    confirm: "This conversation will be deleted from the server. Go on?", notForgotten: "It was not deleted; please try again.",
    buttons: ["Who is responsible?", "Source?", "Full text", "Anything else?"], fullText: "Full text ", clause: "clause N", up: "This helped", down: "This did not help", noted: "Noted, thank you.",
    person: "Ask a person", takeBack: "No person, thanks", reply: "Reply", replyTo: "Reply to: ", dropReply: "Do not reply to it", staff: "A person at the helpdesk", tookBack: "This answer no longer holds; see the correction below.", news: "new answer",
    standing: { waiting: "Waiting for a person at the helpdesk.", claimed: "A person at the helpdesk is at it." },
    within: "Only: ", widen: "Search all documents", notHeld: "The link names documents that are not here: ", notNarrowed: "It could not be set which document is searched; please load this page again.",
    helloWithin: "What would you like to know of this document? Type it, or begin with:",
  },
};
export const SCRIPTS = { hant: "繁體", hans: "简体" };
const ENGLISH = "How much seed funding can a returnee team get?";
export const EXAMPLES = {
  hant: ["留學生回福州創業有補助嗎", "台灣青年來福州就業有什麼優惠", ENGLISH],
  hans: ["留学生回福州创业有补助吗", "台湾青年来福州就业有什么优惠", ENGLISH],
  en: [ENGLISH, "Is there free lodging for job interviews?", "What is there for young people from Taiwan?"],
};
// What can be asked of any document.
export const EXAMPLES_WITHIN = {
  hant: ["這份文件現在還有效嗎", "一共有幾條", "第一條"],
  hans: ["这份文件现在还有效吗", "一共有几条", "第一条"],
  en: ["Is this document still in force?", "How many clauses does it have?", "Clause 1"],
};
