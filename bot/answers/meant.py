"""What is meant by a text that is spelt in Latin letters (luohu) or with other characters of the same sound (落护): words that are known (落户).

Only what can hardly be meant as it stands is taken for something else: Latin letters that are made of known words from end to end, and
neighbouring characters that make no word. Of 69,308 texts of nlu/ and evaluation/ that are 229, most of them spelt so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise, product

from bot.answers.names import department_words
from bot.clauses.models import Spelling
from bot.clauses.store import ClauseStore
from bot.text.script import script_of, to_script
from bot.text.segment import any_segmenter

LATIN = re.compile(r"[A-Za-zü0-9]+(?:[ '’]+[A-Za-zü0-9]+)*")
CHINESE = re.compile("[\u4e00-\u9fff]+")
APART = re.compile("[ '’]+")
GRAMMAR = frozenset(
    "我你他她它您咱是了的地得着过吗呢吧啊么嘛呀哦也都就要想会能可把被给对从到这那哪谁啥几多少有没不很还又再去来上下里外前后中间"
    "一二三四五六七八九十百千万个条些种次位点元才只最更太于与和跟同或及以因为所其之此各每全老大小新本该年月日天时"
)
"""Characters that are words by themselves: next to each other they are no word that somebody misspelt."""
LONGEST_PIECE = 12
"""Characters between blanks and stops among which one is looked for that stands for another one: longer ones are sentences, in which characters
that make no word are common."""
LONGEST = 60
"""Letters of a run in Latin letters."""
LONGEST_WORD = 6
"""Characters of a word that is written with others of the same sound."""
AT_MOST_READINGS = 8
"""Ways to read a few characters that are looked through for a suggestion."""
AT_MOST_OTHERS = 3
AT_MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Taken:
    """What was `typed`, and what it is taken for."""

    typed: str
    meant: str


@dataclass(frozen=True)
class Meant:
    """A text with what is meant in the place of what was typed; `alternatives` are texts that may be meant as well."""

    text: str
    taken: tuple[Taken, ...]
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Found:
    """The words that what stands from `start` to `end` is taken for, and what else it may mean."""

    start: int
    end: int
    words: str
    others: tuple[str, ...] = ()


class Sounds:
    """The words of a clause database by their sound."""

    def __init__(self, store: ClauseStore) -> None:
        self._store = store
        self._readings = store.readings()
        self._syllables = frozenset(syllable for found in self._readings.values() for syllable in found)
        entries = sorted(store.spellings(), key=_rank)
        self._words = frozenset(entry.word for entry in entries)
        self._own = frozenset(entry.word for entry in entries if entry.passages and entry.telling) | set(
            department_words(store)
        )
        self._by_letters: dict[str, list[Spelling]] = {}
        for entry in entries:
            self._by_letters.setdefault("".join(entry.syllables), []).append(entry)
        self._longest = max(map(len, self._by_letters), default=0)

    def meant(self, text: str) -> Meant | None:
        """What is meant by `text`, where something in it must be taken for something else; None where it may stand as it is."""
        simplified = to_script(text, "hans")
        if len(simplified) != len(text):
            return None
        found = sorted(
            (*self._in_latin(simplified), *self._of_the_same_sound(simplified)), key=lambda found: found.start
        )
        if not found:
            return None
        script = script_of(text) or "hans"
        pieces, taken, end = [], [], 0
        for entry in found:
            meant = to_script(entry.words, script)
            pieces += [text[end : entry.start], meant]
            taken.append(Taken(text[entry.start : entry.end], meant))
            end = entry.end
        others = (to_script(words, script) for words in (found[0].others if len(found) == 1 else ()))
        around = text[: found[0].start], text[end:]
        return Meant(
            "".join([*pieces, around[1]]), tuple(taken), tuple(f"{around[0]}{words}{around[1]}" for words in others)
        )

    def suggested(self, text: str) -> tuple[str, ...]:
        """Texts that may be meant by one that found nothing: words that begin as it does in Latin letters, or that sound as a word of it does."""
        simplified = to_script(text, "hans")
        if len(simplified) != len(text):
            return ()
        return tuple(
            islice(dict.fromkeys((*self._begun(simplified), *self._sounding_so(simplified))), AT_MOST_SUGGESTED)
        )

    def _in_latin(self, text: str) -> list[_Found]:
        """The runs of Latin letters that are made of words from end to end; none where one is not, or has a capital letter as names have: then they
        are in another language. A telephone puts a capital at the beginning, and some write nothing but capitals: that is passed over where the
        first word is one of the documents.
        """
        found: list[_Found] = []
        telling, written = False, _in_small_letters(text)
        for match in LATIN.finditer(written):
            if match[0].isdecimal():
                continue
            words = self._cut(match[0]) if match[0].islower() and len(match[0]) <= LONGEST else None
            if words is None or (written != text and not found and words[0][0].word not in self._own):
                return []  # Suzhou is a name
            others = tuple(other.word for other in words[0][1 : AT_MOST_OTHERS + 1]) if len(words) == 1 else ()
            telling = telling or any(entry[0].telling for entry in words)
            found.append(_Found(*match.span(), " ".join(entry[0].word for entry in words), others))
        return found if telling else []

    def _cut(self, run: str) -> list[list[Spelling]] | None:
        """The fewest words that a run of letters is made of, each with what else its letters may spell; None where it is made of none."""
        parts = APART.split(run.replace("ü", "v"))
        letters = "".join(parts)
        if run in self._syllables:  # xian is 先, 县 or 线 rather than 西安
            return None
        edges, at = set(), 0
        for part in parts:
            at += len(part)
            edges.add(at)
        best: dict[int, list[list[Spelling]]] = {0: []}
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - self._longest), end):
                before, words = best.get(start), self._by_letters.get(letters[start:end])
                if before is None or not words or (end in best and len(best[end]) <= len(before) + 1):
                    continue
                fitting = [entry for entry in words if _keeps_to(entry.syllables, start, end, edges)]
                if fitting:
                    best[end] = [*before, fitting]
        return best.get(len(letters))

    def _of_the_same_sound(self, text: str) -> list[_Found]:
        """Neighbouring characters that make no word, and the known word of the same sound with one of them in the same place; after these a
        word and the character beside it (居住正), which make none together.
        """
        found = list(self._in_runs(text))
        for start, typed in self._beside(text):
            end = start + len(typed)
            if not any(entry.start < end and start < entry.end for entry in found) and (words := self._alike(typed)):
                found.append(_Found(start, end, words[0], tuple(words[1 : AT_MOST_OTHERS + 1])))
        return found

    def _beside(self, text: str) -> Iterator[tuple[int, str]]:
        """Each word of two characters or more with the single character before it, or after it, and where that begins."""
        for match in CHINESE.finditer(text):
            if len(match[0]) <= LONGEST_PIECE:
                for (one, at), (other, _) in pairwise(any_segmenter().words_with_offsets(match[0])):
                    if min(len(one), len(other)) == 1 < max(len(one), len(other)) <= LONGEST_WORD - 1:
                        yield match.start() + at, one + other

    def _in_runs(self, text: str) -> Iterator[_Found]:
        for start, run in self._wordless(text):
            at = 0
            while at < len(run) - 1:
                for length in range(min(LONGEST_WORD, len(run) - at), 1, -1):
                    typed = run[at : at + length]
                    if words := self._alike(typed):
                        yield _Found(start + at, start + at + length, words[0], tuple(words[1 : AT_MOST_OTHERS + 1]))
                        at += length - 1
                        break
                at += 1

    def _wordless(self, text: str) -> Iterator[tuple[int, str]]:
        """The runs of neighbouring characters that are no part of a known word, and where each begins."""
        segmenter = any_segmenter()
        for match in CHINESE.finditer(text):
            if len(match[0]) > LONGEST_PIECE:
                continue
            run, begins = "", match.start()
            for word, at in segmenter.words_with_offsets(match[0]):
                known = len(word) > 1 and (word in self._words or segmenter.knows(word))
                if known or not run:
                    if run:
                        yield begins, run
                    run, begins = ("" if known else word), match.start() + at
                else:
                    run += word
            if run:
                yield begins, run

    def _alike(self, typed: str) -> list[str]:
        """The documents' words and units that sound as `typed` does and have one of its characters in the same place; none where it stands there
        itself.
        """
        if not GRAMMAR.isdisjoint(typed):
            return []
        found = [word for word in self._sounding(typed, 1) if any(a == b for a, b in zip(word, typed, strict=True))]
        if not found or self._store.mentioning(typed) or any_segmenter().knows(typed):
            return []
        return [word for word in found if word in self._own]

    def _sounding(self, typed: str, ways: int = AT_MOST_READINGS) -> list[str]:
        """The known words that sound as `typed` does, of whose readings `ways` are tried, the usual first, and are not it."""
        readings = product(*(self._readings.get(char, ("",)) for char in typed))
        found = (
            entry.word
            for spoken in islice(readings, ways)
            for entry in self._by_letters.get("".join(spoken), ())
            if entry.syllables == spoken
        )
        return [word for word in dict.fromkeys(found) if word != typed]

    def _begun(self, text: str) -> Iterator[str]:
        """The texts that a last word in Latin letters may become that is not typed to its end."""
        matches = list(LATIN.finditer(text))
        if not matches or matches[-1].end() != len(text) or len(matches[-1][0]) > LONGEST:
            return
        begun = "".join(APART.split(matches[-1][0].replace("ü", "v")))
        if not self._is_begun(begun):
            return
        fitting = (letters for letters in self._by_letters if letters.startswith(begun) and letters != begun)
        ranked = sorted((self._by_letters[letters][0] for letters in fitting), key=_rank)
        yield from (
            f"{text[: matches[-1].start()]}{entry.word}" for entry in ranked if entry.telling and entry.passages
        )

    def _is_begun(self, letters: str) -> bool:
        """Whether letters are more than one syllable and the beginning of another."""
        return not any(syllable.startswith(letters) for syllable in self._syllables) and any(
            letters[:end] in self._syllables and any(s.startswith(letters[end : end + 6]) for s in self._syllables)
            for end in range(1, len(letters))
        )

    def _sounding_so(self, text: str) -> Iterator[str]:
        """`text` with a word of it, or with neighbouring characters that make none, replaced by a word of the documents that sounds the same."""
        words = [(at, word) for word, at in any_segmenter().words_with_offsets(text) if CHINESE.fullmatch(word)]
        for at, word in (*words, *self._wordless(text)):
            if 1 < len(word) <= LONGEST_WORD and not self._store.mentioning(word):
                for other in self._sounding(word):
                    if self._store.mentioning(other):
                        yield f"{text[:at]}{other}{text[at + len(word) :]}"


def _in_small_letters(text: str) -> str:
    """A text in nothing but Latin letters without the capitals that say nothing: that at its beginning, or all where there are no others."""
    if CHINESE.search(text):
        return text
    return text.lower() if text.isupper() else text[:1].lower() + text[1:]


def _rank(entry: Spelling) -> tuple[int, int, str]:
    """What comes first of several words: those of the documents, the commonest first; then short ones."""
    return -entry.passages, len(entry.word), entry.word


def _keeps_to(syllables: Sequence[str], start: int, end: int, edges: Iterable[int]) -> bool:
    """Whether each place within a word at which somebody put a space or an apostrophe is one between two syllables."""
    between, at = set(), start
    for syllable in syllables:
        at += len(syllable)
        between.add(at)
    return all(edge in between for edge in edges if start < edge < end)


@lru_cache(maxsize=2)
def sounds_of(store: ClauseStore) -> Sounds:
    """The words of `store` by their sound."""
    return Sounds(store)
