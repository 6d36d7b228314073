"""From what people call their work to the unit groups of ISCO-08. Everyday words first; accents, spelling by ear and slips of the finger are forgiven."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path

from credentialing.resources import data_dir
from credentialing.workflow.reference import JobWord, UnitGroup, occupation_words

LONGEST_QUERY = 200  # letters; what follows is not looked at
_MOST_WORDS, _MOST_MATCHES, _LEAST_SCORE = 6, 8, 0.42
_NOTE, _TITLE, _FOREIGN = 0.5, 0.8, 0.93  # what a note, an official title, and a word of another language are worth beside an everyday word
_SILENT = frozenset({
    "a", "al", "de", "del", "la", "las", "el", "los", "en", "y", "o", "e", "un", "una", "que", "se", "con", "para", "por", "su", "mi", "me", "yo",
    "soy", "fui", "era", "trabajo", "trabaje", "trabajaba", "hago", "como", "hacer", "the", "of", "and", "in", "to", "i", "am", "was", "work",
    "worked", "as", "an", "for", "at", "do", "da", "das", "dos", "no", "na", "em", "eu", "sou", "trabalho", "trabalhei", "um", "uma", "com",
    "afines", "afins", "related", "workers", "trabajadores", "trabalhadores", "otros", "outros", "other", "clasificados", "anteriormente", "bajo",
    "epigrafes", "classificados", "elsewhere", "classified", "not",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A unit group that a text may mean: its title in the asked language, the everyday word that led there, and a score from 0 to 1."""

    code: str
    title: str
    word: str | None  # None when the official title itself led there
    note: str  # tells apart the meanings of the word, in Spanish; may be empty
    score: float


def folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(letter))


def _stem(word: str) -> str:
    """A word without its gender and number: cocinera, cocineros and cocinero are the same work."""
    if len(word) > 6 and word.endswith("eria"):  # the trade or its shop: panaderia, reposteria
        return word[:-2]
    short = word[:-2] if len(word) > 5 and word.endswith("es") else word[:-1] if len(word) > 3 and word.endswith("s") else word
    return short[:-1] if len(short) > 3 and short[-1] in "aoe" else short


def _by_ear(stem: str) -> str:
    """How a stem sounds: b and v, s, c and z, ll and y, g and j, qu and k are one, and h is silent."""
    sound = re.sub(r"c(?=[ei])|z|ss|x", "s", re.sub(r"g(?=[ei])", "j", stem.replace("ch", "#")))
    sound = re.sub(r"qu(?=[ei])|c|q", "k", sound.replace("gu", "w").replace("hu", "w").replace("ll", "y").replace("v", "b"))
    return re.sub(r"(.)\1", r"\1", sound.replace("h", "").replace("w", "gu").replace("#", "ch"))


def _words_of(text: str) -> tuple[str, ...]:
    words = re.findall(r"[a-z0-9]+", folded(text[:LONGEST_QUERY]))
    return tuple(dict.fromkeys(_stem(word) for word in words if word not in _SILENT))[:_MOST_WORDS]


def _distance(one: str, other: str, *, most: int) -> int:
    """How many letters must be changed, added, left out or swapped with their neighbour; anything over `most` is `most + 1`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, seen in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != seen))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == seen:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _grams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


@dataclass(frozen=True, slots=True)
class _Phrase:
    code: str
    words: frozenset[str]
    told: frozenset[str]  # words of the note: they help when they are asked for, and are not missed otherwise
    language: str
    entry: JobWord | None
    worth: float


class Occupations:
    """The index of everyday words and official titles. Made once; never changes."""

    def __init__(self, groups: Mapping[str, UnitGroup], words: Iterable[JobWord]) -> None:
        self._groups = groups
        self._phrases = tuple(_phrases(groups, words))
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self._phrases):
            for word in phrase.words | phrase.told:
                self._holding[word].append(number)
        self._sounding: dict[str, list[str]] = defaultdict(list)
        self._with_gram: dict[str, list[str]] = defaultdict(list)
        for word in self._holding:
            self._sounding[_by_ear(word)].append(word)
            for gram in _grams(word):
                self._with_gram[gram].append(word)

    def find(self, text: str, language: str) -> tuple[Match, ...]:
        """At most eight unit groups, the likeliest first; () when nothing comes near. KeyError for a language that we do not speak."""
        asked = {word: self._alike(word) for word in _words_of(text)}
        best: dict[str, Match] = {}  # in the order of the files, in which the commonest meaning of a word stands first
        numbers = {number for alike in asked.values() for known in alike for number in self._holding[known]}
        for number in sorted(numbers):
            phrase = self._phrases[number]
            score = round(self._score(phrase, asked) * phrase.worth * (1 if phrase.language == language else _FOREIGN), 4)
            if score >= _LEAST_SCORE and (phrase.code not in best or score > best[phrase.code].score):
                best[phrase.code] = self._match(phrase, score, language=language)
        return tuple(sorted(best.values(), key=lambda match: -match.score)[:_MOST_MATCHES])

    def _match(self, phrase: _Phrase, score: float, *, language: str) -> Match:
        title, entry = self._groups[phrase.code].titles[language], phrase.entry
        return Match(phrase.code, title, entry.word, entry.note, score) if entry else Match(phrase.code, title, None, "", score)

    def _weight(self, word: str) -> float:
        """A rare word says more than a common one."""
        return log(1 + len(self._phrases) / len(self._holding[word]))

    def _score(self, phrase: _Phrase, asked: Mapping[str, Mapping[str, float]]) -> float:
        """Dice's measure: how much of the question and of the phrase is in both."""
        shared, total = 0.0, sum(self._weight(word) for word in phrase.words)
        for alike in asked.values():
            held = phrase.words | phrase.told
            likeness, known = max(((likeness, known) for known, likeness in alike.items() if known in held), default=(0.0, ""))
            weight = self._weight(known) if known else max(map(self._weight, alike), default=log(len(self._phrases)))
            shared += likeness * weight
            total += weight * (2 if known and known not in phrase.words else 1)
        return min(1.0, 2 * shared / total)

    def _alike(self, word: str) -> dict[str, float]:
        """The known words that a written word may be, with a likeness from 0 to 1."""
        if word in self._holding:
            return {word: 1.0}
        found = dict.fromkeys(self._sounding.get(_by_ear(word), ()), 0.95)
        grams = _grams(word)
        shared: dict[str, int] = defaultdict(int)
        for gram in grams:
            for known in self._with_gram.get(gram, ()):
                shared[known] += 1
        most = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
        for known, count in shared.items():
            if known.startswith(word) and len(word) > 3:  # still being written
                found.setdefault(known, 0.9 - 0.03 * min(10, len(known) - len(word)))
            elif most and abs(len(known) - len(word)) <= most and count >= max(2, len(grams) - 3 * most):
                steps = _distance(word, known, most=most)
                if steps <= most:
                    found.setdefault(known, 1 - 1.3 * steps / max(len(word), len(known)))
        return found


def _phrases(groups: Mapping[str, UnitGroup], words: Iterable[JobWord]) -> Iterable[_Phrase]:
    for entry in words:
        words_of, told = frozenset(_words_of(entry.word)), frozenset(_words_of(entry.note))
        yield _Phrase(entry.isco, words_of, told - words_of, entry.language, entry, 1.0)
        if told:
            yield _Phrase(entry.isco, told, frozenset(), entry.language, entry, _NOTE)
    for code, group in groups.items():
        if len(code) == 4:
            yield from (_Phrase(code, frozenset(_words_of(title)), frozenset(), language, None, _TITLE) for language, title in group.titles.items())


@cache
def occupations(root: Path) -> Occupations:
    """The index of the reference data below the folder of workflows, made once. MisconfiguredError with every problem."""
    return Occupations(*occupation_words(root))


def find_occupations(text: str, language: str) -> tuple[Match, ...]:
    """The unit groups of ISCO-08 that a text may mean, the likeliest first, with titles in `language` (en, es, pt)."""
    return occupations(data_dir("workflows")).find(text, language)
