#!/usr/bin/env python3
"""Score a running assistant, over its REST channel, on a file of questions or of dialogues.

    python3 score.py --url http://127.0.0.1:5005 --questions dev.jsonl [--dialogs dev_dialogs.jsonl]
                     [--document documents/2021-49/source.txt] [--details misses.jsonl]

Standard library only. Every question is asked by a sender of its own; a dialogue's turns share one sender. What is read
is the `custom` object of the reply (see docs/answer.md). Prints one figure a line, `name: value (right/asked)`.

A question counts as CORRECT when everything that it asks for is right at once:
  measure, amount, citation: the first answer's clause is an accepted one, its quote holds the expected words, its
                             departments are exactly the clause's, and `stated` is what the document deserves;
  department:                the first answer's clause is accepted and its departments are exactly the clause's;
  list:                      the set of clauses has F1 >= 0.8 against the expected set;
  unanswerable:              no clause is given as the answer (kind no_answer, handoff or smalltalk).
"""
from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

ANSWERING = {"answer", "departments", "citation", "full_text", "list"}
REFUSING = {"no_answer", "handoff", "smalltalk"}


def ask(url: str, sender: str, message: str, timeout: float) -> tuple[list[dict], float]:
    """Send one message; return the channel's reply entries and the seconds it took."""
    body = json.dumps({"sender": sender, "message": message}).encode()
    request = urllib.request.Request(f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    started = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            entries = json.load(response)
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        print(f"score: no usable reply to {message!r}: {error}", file=sys.stderr)
        entries = []
    return entries, time.perf_counter() - started


def payload(entries: list[dict]) -> dict:
    """The first `custom` object among the reply entries, or an empty one."""
    return next((e["custom"] for e in entries if isinstance(e.get("custom"), dict)), {})


def squeeze(text: str) -> str:
    return "".join(text.split())


def script_ok(expected: str, custom: dict) -> bool | None:
    """Whether the reply's declared script fits the question's; None where the question does not decide it."""
    return custom.get("script") == expected if expected in ("hant", "hans") else None


def judge(item: dict, custom: dict) -> dict[str, bool | None]:
    """Every figure that this one question can move: True, False, or None where it does not apply."""
    kind, answers = custom.get("kind"), custom.get("answers") or []
    got: dict[str, bool | None] = {"script": script_ok(item["script"], custom)}
    if item["kind"] == "unanswerable":
        got["refused"] = got["correct"] = kind in REFUSING
        return got
    if item["kind"] == "list":
        found, want = {a.get("clause") for a in answers}, set(item["clauses"])
        hit = len(found & want)
        f1 = 2 * hit / (len(found) + len(want)) if found and want else 0.0
        got["list F1>=0.8"] = got["correct"] = f1 >= 0.8
        return got
    first = answers[0] if answers and kind in ANSWERING else {}
    right_clause = first.get("clause") in set(item["accept"])
    got["answered"] = bool(first)
    got["clause@1"] = right_clause
    offered = {c.get("clause") for c in custom.get("choices") or []}
    got["offered or answered"] = right_clause or bool(offered & set(item["accept"]))
    exact = set(first.get("departments") or []) == set(item["departments"])
    own_clause = first.get("clause") == (item["clauses"] or [None])[0]
    got["departments"] = exact if own_clause else None
    correct = right_clause and (exact or not own_clause)
    if item["kind"] != "department":
        if own_clause and item["quote"]:
            got["quote"] = squeeze(item["quote"]) in squeeze(first.get("quote") or "")
            correct = correct and (got["quote"] or not item["stated"])
        got["stated"] = (first.get("stated", True) is item["stated"]) if right_clause else None
        if right_clause:
            correct = correct and got["stated"]
    got["correct"] = bool(correct)
    return got


def verbatim(custom: dict, document: str) -> bool | None:
    """Whether every quote of the reply stands in the document, character for character (an answer must have one)."""
    quotes = [a.get("quote") or "" for a in custom.get("answers") or []]
    if not quotes or not document:
        return None
    return all(squeeze(q) in document for q in quotes) and (custom.get("kind") != "answer" or all(quotes))


def turn_ok(expect: dict, custom: dict) -> bool:
    """Whether one turn of a dialogue did what a clerk would do."""
    kind = custom.get("kind")
    answers = custom.get("answers") or []
    clauses, wanted = {a.get("clause") for a in answers[:1]}, set(expect.get("clauses") or [])
    on_clause = not wanted or bool(clauses & wanted)
    want = expect["kind"]
    if want == "refuse":
        return kind in REFUSING
    if want in ("smalltalk", "handoff", "clarify"):
        return kind == want
    if want == "more":
        return kind in ANSWERING and (not wanted or bool({a.get("clause") for a in answers} & wanted))
    if want in ("department", "citation", "full_text"):
        named = {"department": "departments"}.get(want, want)
        return on_clause and (kind == named or (kind == "answer" and want != "full_text"))
    return kind in ANSWERING and on_clause


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:5005")
    parser.add_argument("--questions", type=Path, action="append", default=[])
    parser.add_argument("--dialogs", type=Path, action="append", default=[])
    parser.add_argument("--document", type=Path, help="the source document, to check that quotes are verbatim")
    parser.add_argument("--details", type=Path, help="write every miss there, one JSON object a line")
    parser.add_argument("--timeout", type=float, default=30)
    options = parser.parse_args()

    document = squeeze(options.document.read_text("utf-8").replace("**", "")) if options.document else ""
    run = uuid.uuid4().hex[:8]
    figures: dict[str, list[bool]] = {}
    seconds: list[float] = []
    misses: list[dict] = []

    def count(name: str, value: bool | None) -> None:
        if value is not None:
            figures.setdefault(name, []).append(bool(value))

    for path in options.questions:
        for line in path.read_text("utf-8").splitlines():
            item = json.loads(line)
            entries, took = ask(options.url, f"{run}-{item['id']}", item["question"], options.timeout)
            seconds.append(took)
            custom = payload(entries)
            got = judge(item, custom)
            got["verbatim"] = verbatim(custom, document)
            for name, value in got.items():
                count(name, value)
            count(f"correct: {item['kind']}", got["correct"])
            count(f"correct: {item['id'].split('-')[0]}", got["correct"])
            if item["kind"] != "unanswerable" and not item["stated"]:
                count("correct: not stated in the document", got["correct"])
            if not got["correct"]:
                misses.append({"item": item, "got": got, "custom": custom})
    for path in options.dialogs:
        for line in path.read_text("utf-8").splitlines():
            dialog = json.loads(line)
            whole = True
            for number, turn in enumerate(dialog["turns"]):
                entries, took = ask(options.url, f"{run}-{dialog['id']}", turn["user"], options.timeout)
                seconds.append(took)
                custom = payload(entries)
                right = turn_ok(turn["expect"], custom)
                whole = whole and right
                count("dialogue turns", right)
                if not right:
                    misses.append({"dialog": dialog["id"], "turn": number, "user": turn["user"],
                                   "expect": turn["expect"], "custom": custom})
            count("whole dialogues", whole)

    for name in sorted(figures, key=lambda n: (n.startswith("correct:"), n)):
        values = figures[name]
        print(f"{name}: {100 * sum(values) / len(values):.1f} % ({sum(values)}/{len(values)})")
    if seconds:
        ordered = sorted(seconds)
        print(f"latency: p50 {1000 * statistics.median(ordered):.0f} ms, "
              f"p95 {1000 * ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms")
    if options.details:
        options.details.write_text("".join(json.dumps(m, ensure_ascii=False) + "\n" for m in misses), "utf-8")


if __name__ == "__main__":
    main()
