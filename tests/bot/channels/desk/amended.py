"""Fuzhou's document as if it had been amended: what the tests of outdated answers publish."""

from __future__ import annotations

from pathlib import Path

from bot.clauses.build import build
from bot.clauses.store import ClauseStore

SOURCE = Path("documents/2021-49/source.txt")
QUESTION = "留学生创业团队启动资金多少"
IN_TRADITIONAL = "留學生創業團隊啟動資金多少"
IN_ENGLISH = "How much start-up funding does a team of returned students get?"
BEFORE, AFTER = "给予每个团队 5-50 万元不等的创业启动资金支持", "给予每个团队 8-60 万元不等的创业启动资金支持"
PASSAGE, UNCHANGED = "2021-49/8/4", "2021-49/8/3"
OLD, NEW = "榕政办〔2021〕49号", "榕政办〔2026〕9号"


def in_other_words() -> str:
    """The same document, one sentence of it in other words."""
    text = SOURCE.read_text("utf-8")
    assert text.count(BEFORE) == 1
    return text.replace(BEFORE, AFTER)


def successor() -> str:
    """A new document with that sentence in other words, which says that it takes the place of the old one."""
    text = in_other_words().replace(OLD, NEW, 1).replace("2021年5月", "2026年6月")
    return text.replace("结合我市实际，", f"结合我市实际，《关于印发工作要点的通知》（{OLD}）同时废止，", 1)


def database(folder: Path, **texts: str) -> ClauseStore:
    """A clause database of documents by their keys, _ for -, without vectors."""
    for key, text in texts.items():
        (folder / "documents" / key.strip("_").replace("_", "-")).mkdir(parents=True)
        (folder / "documents" / key.strip("_").replace("_", "-") / "source.txt").write_text(text, "utf-8")
    build(folder / "documents", folder / "clauses.db")
    return ClauseStore.open(folder / "clauses.db")
