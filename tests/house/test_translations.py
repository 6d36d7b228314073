"""The catalogues hold exactly the sentences of the sources, whole and well formed, and each rule finds a fault that is planted for it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house.sources import ROOT

Rule = Callable[[Message, str], bool]
Plural = tuple[str, ...]

LANGUAGES = ("es", "pt")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
_TAG = re.compile(r"</?[a-z][^>]*>")
_ENDS = re.compile(r"[.:…?]$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SAME_IN_BOTH_WORDS = 3

# Forms of address other than usted and você. Only words that mean nothing else.
_FAMILIAR = {
    "es": {"tú", "ti", "contigo", "vos", "vosotros", "vosotras", "tus", "tuyo", "tuya", "tienes", "tenés", "tenéis", "puedes", "podés", "podéis", "debes",
           "quieres", "querés", "sabes", "sabés", "eres", "estás", "haz", "hacé", "enviá", "revisá", "mirá", "esperá", "vuestro", "vuestra"},
    "pt": {"tu", "ti", "contigo", "teu", "tua", "teus", "tuas", "vós", "vosso", "vossa", "tens", "podes", "deves", "queres", "sabes", "és", "estás", "fizeste"},
}  # fmt: skip


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each source form with each translated form of a message; a plural meets the plural."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
    else:
        forms = message.string if isinstance(message.string, tuple) else (str(message.string),)
        yield message.id[0], forms[0]
        for form in forms[1:]:
            yield message.id[1], form


def is_translated(message: Message, language: str) -> bool:
    """Every form has words."""
    return all(said.strip() for _, said in _pairs(message))


def is_settled(message: Message, language: str) -> bool:
    """Nothing is marked as a guess."""
    return not message.fuzzy


def keeps_placeholders(message: Message, language: str) -> bool:
    """The same names stand in both, each as often."""
    return all(Counter(_PLACEHOLDER.findall(source)) == Counter(_PLACEHOLDER.findall(said)) for source, said in _pairs(message))


def has_every_plural(message: Message, language: str) -> bool:
    """A message with a plural has both forms, which differ where those of the source differ."""
    if isinstance(message.id, str):
        return isinstance(message.string, str)
    return isinstance(message.string, tuple) and len(message.string) == 2 and (len(set(message.id)) == 1 or len(set(message.string)) == 2)


def is_in_another_language(message: Message, language: str) -> bool:
    """A sentence of three words or more does not stay in English."""
    return not any(source == said and len(_WORD.findall(_PLACEHOLDER.sub(" ", source))) >= _SAME_IN_BOTH_WORDS for source, said in _pairs(message))


def speaks_with_respect(message: Message, language: str) -> bool:
    """Usted and você, nothing familiar."""
    return not any(_FAMILIAR[language] & {word.lower() for word in _WORD.findall(_TAG.sub(" ", said))} for _, said in _pairs(message))


def keeps_markup(message: Message, language: str) -> bool:
    """The same tags with the same addresses, in the same order."""
    return all(_TAG.findall(source) == _TAG.findall(said) for source, said in _pairs(message))


def ends_alike(message: Message, language: str) -> bool:
    """A full stop, a colon, an ellipsis or a question mark at the end stays, and none is added."""
    return all(_ENDS.findall(source) == _ENDS.findall(said) for source, said in _pairs(message))


RULES: tuple[Rule, ...] = (
    is_translated, is_settled, keeps_placeholders, has_every_plural, is_in_another_language, speaks_with_respect, keeps_markup, ends_alike,
)  # fmt: skip

PLANTED: tuple[tuple[Rule, str, Message], ...] = (
    (is_translated, "es", Message("Your papers", "")),
    (is_translated, "pt", Message(("%(num)s page", "%(num)s pages"), ("%(num)s página", ""))),
    (is_settled, "es", Message("Your papers", "Sus papeles", flags=["fuzzy"])),
    (keeps_placeholders, "es", Message("Case %(number)s", "Caso %(numero)s")),
    (keeps_placeholders, "pt", Message(("%(num)s page", "%(num)s pages"), ("%(num)s página", "páginas"))),
    (has_every_plural, "es", Message(("%(num)s page", "%(num)s pages"), ("%(num)s página",))),
    (has_every_plural, "pt", Message(("%(num)s day", "%(num)s days"), ("%(num)s dia", "%(num)s dia"))),
    (is_in_another_language, "es", Message("Keep this page", "Keep this page")),
    (speaks_with_respect, "es", Message("You can go on later.", "Puedes seguir después.")),
    (speaks_with_respect, "es", Message("Your papers", "Tus papeles")),
    (speaks_with_respect, "pt", Message("Your papers", "Teus papéis")),
    (keeps_markup, "es", Message('<a href="/verify">type it</a>', "escríbalo")),
    (keeps_markup, "pt", Message('<a href="/verify">type it</a>', '<a href="/verificar">digite</a>')),
    (ends_alike, "pt", Message("It was replaced.", "Foi substituído")),
)


@lru_cache(maxsize=1)
def sentences() -> frozenset[str | Plural]:
    """Every sentence that the sources hand to gettext, found in the way that the README of the translations tells."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as settings:
        methods, options = parse_mapping_cfg(settings)
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(["lazy_gettext", "_l"])}
    found: set[str | Plural] = set()
    for folder in ("credentialing", "templates"):
        moved = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(f"{folder}/")]
        chosen = {pattern.removeprefix(f"{folder}/"): option for pattern, option in options.items()}
        found |= {message for _, _, message, _, _ in extract_from_dir(ROOT / folder, moved, chosen, keywords)}
    counted = {message[0] for message in found if isinstance(message, tuple)}  # a sentence used with and without its plural is one entry
    return frozenset(found - counted)


@lru_cache(maxsize=4)
def catalogue(language: str) -> Catalog:
    """The catalogue of a language, as it is committed."""
    with (ROOT / "credentialing" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _messages(language: str) -> tuple[Message, ...]:
    return tuple(message for message in catalogue(language) if message.id)


def test_sentences_are_found_in_code_in_pages_and_in_letters() -> None:
    found = {message if isinstance(message, str) else message[0] for message in sentences()}
    assert {"It is in force", "Quick exit", "%(brand)s: your code", "%(num)s page"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_sentences_of_the_sources_and_no_others(language: str) -> None:
    held = {message.id for message in _messages(language)}
    assert (sorted(map(str, sentences() - held)), sorted(map(str, held - sentences()))) == ([], [])
    assert not catalogue(language).obsolete


def test_english_has_no_catalogue_because_the_sentences_are_english() -> None:
    assert {path.parts[-3] for path in (ROOT / "credentialing" / "translations").glob("*/LC_MESSAGES/*.po")} == set(LANGUAGES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_the_rule(language: str, rule: Rule) -> None:
    assert [_singular(message) for message in _messages(language) if not rule(message, language)] == []


@pytest.mark.parametrize(("rule", "language", "message"), PLANTED)
def test_the_rule_finds_what_is_planted(rule: Rule, language: str, message: Message) -> None:
    assert not rule(message, language)


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(RULES)
