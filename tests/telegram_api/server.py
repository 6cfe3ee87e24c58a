"""The server: keeps chats as people see them, hands out updates, and fails on demand."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.telegram_api.strict import Refused, check_commands, check_markup, check_results, read_text

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ME = {
    "id": 110201543,
    "is_bot": True,
    "first_name": "榕策問答",
    "username": "rongce_bot",
    "supports_inline_queries": True,
}
PATIENCE = 60.0
"""Seconds after which a test that waits for something has failed."""


@dataclass
class Shown:
    """A message of the bot's as a person sees it."""

    id: int
    text: str
    quotes: list[str]
    markup: dict[str, Any] | None
    thread: int | None = None
    replies_to: int | None = None

    @property
    def buttons(self) -> dict[str, str]:
        """What the buttons say, and what they carry."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return {button["text"]: button.get("callback_data", "") for row in rows for button in row}

    @property
    def labels(self) -> list[list[str]]:
        """What the buttons say, row by row."""
        return [[button["text"] for button in row] for row in (self.markup or {}).get("inline_keyboard", [])]


@dataclass
class Call:
    """A call of the bot's: what it was, when, and what became of it (ok, or why not)."""

    method: str
    params: dict[str, Any]
    at: float
    outcome: str = ""


@dataclass
class Fault:
    """How a call shall fail: with an HTTP status, by silence, or by a broken connection; before or after it had its effect."""

    status: int = 0
    silence: bool = False
    drop: bool = False
    after_effect: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)


def flood(seconds: int = 1) -> Fault:
    """Telegram's 429."""
    return Fault(429, parameters={"retry_after": seconds})


class TelegramApi:
    """The Bot API of one bot. `async with TelegramApi() as api`."""

    def __init__(self) -> None:
        self.me = dict(ME)
        self.calls: list[Call] = []
        self.chats: dict[int, dict[int, Shown]] = defaultdict(dict)
        self.alerts: dict[str, str] = {}
        self.inline: dict[str, dict[str, Any]] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: dict[str, Any] = {}
        self.not_brought: dict[str, Any] = {}
        """What getWebhookInfo tells of updates that could not be brought."""
        self.blocked: set[int] = set()
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.pending: dict[int, dict[str, Any]] = {}
        self.repeat: list[dict[str, Any]] = []
        self._queries: set[str] = set()
        self._numbers = itertools.count(1)
        self._update_ids = itertools.count(700_000_001)
        self.conflicts = 0
        self._polls = 0
        self._news = asyncio.Condition()

    async def __aenter__(self) -> TelegramApi:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/bot{token}/{method}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of `method` fail, one after the other."""
        self.faults[method].extend(faults)

    def message(self, chat: int, text: str | None = None, person: int | None = None, **more: Any) -> dict[str, Any]:
        """A message of a person's, as Telegram describes it."""
        person = person or abs(chat)
        sender = {"id": person, "is_bot": False, "first_name": "林", "language_code": more.pop("language", "zh-hant")}
        kind = "private" if chat > 0 else "supergroup"
        made: dict[str, Any] = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "from": sender,
            "chat": {"id": chat, "type": kind, **({"first_name": "林"} if chat > 0 else {"title": "同鄉會"})},
            **more,
        }
        if text is not None:
            made["text"] = text
            if text.startswith("/"):
                made["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            elif "@" in text:
                name = text[text.index("@") :].split()[0]
                made["entities"] = [{"type": "mention", "offset": text.index("@"), "length": len(name)}]
        self.chats[chat]  # the chat is known from now on
        return made

    async def update(self, **content: Any) -> int:
        """Hand out an update; its number."""
        number = int(content.pop("update_id", 0)) or next(self._update_ids)
        self.pending[number] = {"update_id": number, **content}
        await self._notify()
        return number

    async def say(self, chat: int, text: str | None = None, **more: Any) -> dict[str, Any]:
        """A person sends a message."""
        made = self.message(chat, text, **more)
        await self.update(message=made)
        return made

    async def reply(self, chat: int, to: Shown | dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
        """A person replies to a message of the bot's, or to one of a person's; Telegram does not show what that one replied to."""
        replied = to
        if isinstance(replied, Shown):
            kind = "private" if chat > 0 else "supergroup"
            of_bot = {"date": int(time.time()), "chat": {"id": chat, "type": kind}, "from": self.me}
            replied = {"message_id": replied.id, "text": replied.text, **of_bot}
        shown = {name: value for name, value in replied.items() if name != "reply_to_message"}
        return await self.say(chat, text, reply_to_message=shown, **more)

    async def edit(self, message: dict[str, Any], text: str) -> None:
        """A person edits a message."""
        await self.update(edited_message={**message, "text": text, "edit_date": int(time.time())})

    async def tap(self, chat: int, message: Shown, label: str, **more: Any) -> str:
        """A person taps a button; the query's id."""
        return await self.tap_data(chat, message, message.buttons[label], **more)

    async def tap_data(
        self, chat: int, message: Shown, data: str, person: int | None = None, old: bool = False, **more: Any
    ) -> str:
        """A person's client sends what a button carries, or anything else; `old`: Telegram shows the message no more."""
        query = str(next(self._numbers))
        self._queries.add(query)
        kind = "private" if chat > 0 else "supergroup"
        shown: dict[str, Any] = {"message_id": message.id, "chat": {"id": chat, "type": kind}, "date": 0}
        if not old:
            shown |= {"date": int(time.time()), "from": self.me, "text": message.text}
            if message.markup:
                shown["reply_markup"] = message.markup
        who = {"id": person or abs(chat), "is_bot": False, "first_name": "林", "language_code": "zh-hant"}
        tapped = {"id": query, "from": who, "chat_instance": "1", "message": shown, "data": data}
        await self.update(callback_query={**tapped, **more})
        return query

    async def type_inline(self, text: str, person: int = 5, language: str = "zh-hant") -> dict[str, Any]:
        """A person types into an inline query; what is offered."""
        query = f"i{next(self._numbers)}"
        self._queries.add(query)
        who = {"id": person, "is_bot": False, "first_name": "林", "language_code": language}
        await self.update(inline_query={"id": query, "from": who, "query": text, "offset": ""})
        await self.until(lambda: query in self.inline)
        return self.inline[query]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`; it is looked at after each call."""
        async with self._news:
            try:
                await asyncio.wait_for(self._news.wait_for(holds), PATIENCE)
            except TimeoutError:
                seen = [(call.method, call.outcome) for call in self.calls[-20:]]
                raise AssertionError(f"waited in vain; the last calls: {seen}") from None

    async def shown(self, chat: int, count: int = 1) -> list[Shown]:
        """The bot's messages in a chat, once there are `count`."""
        await self.until(lambda: len(self.chats[chat]) >= count)
        return list(self.chats[chat].values())

    async def ended(self, query: str) -> str:
        """What the person is told when the waiting of a tapped button ends."""
        await self.until(lambda: query in self.alerts)
        return self.alerts[query]

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(call.method == method for call in self.calls)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        call = Call(request.match_info["method"], _decoded(dict(await request.post())), time.perf_counter())
        if call.method != "getUpdates":
            self.calls.append(call)
        if request.match_info["token"] != TOKEN:
            return self._answer(call, Refused("Unauthorized", 401))
        fault = self.faults[call.method].popleft() if self.faults[call.method] else None
        if fault and not fault.after_effect:
            return await self._fail(request, call, fault)
        try:
            handler = getattr(self, "_" + re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", call.method), None)
            if handler is None:
                raise Refused("Not Found", 404)
            result = await handler(call.params)
        except Refused as refused:
            return self._answer(call, refused)
        if fault:
            return await self._fail(request, call, fault)
        call.outcome = "ok"
        await self._notify()
        return web.json_response({"ok": True, "result": result})

    def _answer(self, call: Call, refused: Refused) -> web.Response:
        call.outcome = refused.description
        body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
        if refused.parameters:
            body["parameters"] = refused.parameters
        asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(self._notify()))
        return web.json_response(body, status=refused.code)

    async def _fail(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        call.outcome = f"fault {fault.status or ('silence' if fault.silence else 'drop')}"
        await self._notify()
        if fault.silence:
            await asyncio.Event().wait()
        if fault.drop:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if fault.status == 502:
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        names = {401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests: retry after 1"}
        return self._answer(call, Refused(names.get(fault.status, "Error"), fault.status, **fault.parameters))

    async def _get_me(self, _: dict[str, Any]) -> dict[str, Any]:
        return self.me

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise Refused(
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
                409,
            )
        self._polls += 1
        mine = self._polls
        await self._notify()  # an earlier call ends: Telegram gives updates to one only
        offset = int(params.get("offset", 0))
        for number in [number for number in self.pending if number < offset]:
            del self.pending[number]
        deadline = int(params.get("timeout", 0))
        if not self.pending and not self.repeat:
            async with self._news:
                try:
                    await asyncio.wait_for(
                        self._news.wait_for(lambda: bool(self.pending) or mine != self._polls), deadline
                    )
                except TimeoutError:
                    return []
        if mine != self._polls:
            self.conflicts += 1
            raise Refused(
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", 409
            )
        repeated, self.repeat = self.repeat, []
        return [*repeated, *sorted(self.pending.values(), key=lambda update: update["update_id"])[:100]]

    async def _set_webhook(self, params: dict[str, Any]) -> bool:
        if not params["url"].startswith("https://"):
            raise Refused("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = params
        return True

    async def _get_webhook_info(self, _: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            name: self.webhook[name] for name in ("allowed_updates", "max_connections") if name in self.webhook
        }
        standing: dict[str, Any] = {"has_custom_certificate": False, "pending_update_count": 0, **self.not_brought}
        return {"url": self.webhook.get("url", ""), **standing, **shown}

    async def _delete_webhook(self, _: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def _send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(params)
        text, quotes = read_text(params["text"], params.get("parse_mode"))
        check_markup(params.get("reply_markup"))
        replies_to = (params.get("reply_parameters") or {}).get("message_id")
        thread = params.get("message_thread_id")
        shown = Shown(next(self._numbers), text, quotes, params.get("reply_markup"), thread and int(thread), replies_to)
        self.chats[chat][shown.id] = shown
        return {"message_id": shown.id, "date": int(time.time()), "chat": {"id": chat, "type": "private"}, "text": text}

    async def _edit_message_text(self, params: dict[str, Any]) -> dict[str, Any]:
        shown = self._message(params)
        text, quotes = read_text(params["text"], params.get("parse_mode"))
        return self._changed(params, shown, text, quotes)

    async def _edit_message_reply_markup(self, params: dict[str, Any]) -> dict[str, Any]:
        shown = self._message(params)
        return self._changed(params, shown, shown.text, shown.quotes)

    def _changed(self, params: dict[str, Any], shown: Shown, text: str, quotes: list[str]) -> dict[str, Any]:
        check_markup(params.get("reply_markup"))
        if (text, quotes, params.get("reply_markup")) == (shown.text, shown.quotes, shown.markup):
            raise Refused(
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        shown.text, shown.quotes, shown.markup = text, quotes, params.get("reply_markup")
        return {"message_id": shown.id, "date": 1, "chat": {"id": int(params["chat_id"]), "type": "private"}}

    async def _send_chat_action(self, params: dict[str, Any]) -> bool:
        self._chat(params)
        return True

    async def _answer_callback_query(self, params: dict[str, Any]) -> bool:
        self._end_query(params["callback_query_id"])
        if len(params.get("text", "")) > 200:
            raise Refused("Bad Request: MESSAGE_TOO_LONG")
        self.alerts[params["callback_query_id"]] = params.get("text", "")
        return True

    async def _answer_inline_query(self, params: dict[str, Any]) -> bool:
        check_results(params["results"])
        self._end_query(params["inline_query_id"])
        self.inline[params["inline_query_id"]] = params
        return True

    async def _set_my_commands(self, params: dict[str, Any]) -> bool:
        check_commands(params)
        scope = (params.get("scope") or {}).get("chat_id", "")
        self.commands[f"{scope}{params.get('language_code', '')}"] = params["commands"]
        return True

    def _chat(self, params: dict[str, Any]) -> int:
        chat = int(params["chat_id"])
        if chat in self.blocked:
            raise Refused("Forbidden: bot was blocked by the user", 403)
        if chat not in self.chats:
            raise Refused("Bad Request: chat not found")
        return chat

    def _message(self, params: dict[str, Any]) -> Shown:
        found = self.chats[self._chat(params)].get(int(params["message_id"]))
        if found is None:
            raise Refused("Bad Request: message to edit not found")
        return found

    def _end_query(self, query: str) -> None:
        if query not in self._queries:
            raise Refused("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._queries.discard(query)


def _decoded(form: dict[str, Any]) -> dict[str, Any]:
    """Form fields; those that hold JSON objects and lists are read."""
    return {
        name: json.loads(value) if str(value)[:1] in ("{", "[") and name != "text" else str(value)
        for name, value in form.items()
    }
