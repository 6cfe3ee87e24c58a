from __future__ import annotations

import logging

from bot.logs import Redaction

SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def test_a_secret_is_left_out_of_the_message_its_arguments_and_the_traceback() -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    logger = logging.getLogger("bot.test_logs")
    handler = Kept()
    handler.addFilter(Redaction([SECRET, ""]))
    logger.addHandler(handler)
    try:
        logger.error("the address is %s", f"https://api.telegram.org/bot{SECRET}/getMe")
        try:
            raise ValueError(f"token {SECRET}")
        except ValueError:
            logger.exception("it failed")
    finally:
        logger.removeHandler(handler)
    assert len(lines) == 2
    assert SECRET not in "".join(lines)
    assert "it failed" in lines[1] and "ValueError" in lines[1]
