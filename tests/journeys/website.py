"""A browser without a screen: opens pages of the real application, follows only what is linked there and sends only the forms that stand on them."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urljoin

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

KEPT = {"hidden", "text", "email", "tel", "number", "date"}


@dataclass
class Form:
    """A form of a page: where it is sent, what stands in it, and which values each of its choices has."""

    action: str
    filled: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Reads the forms and the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._inside, self._select, self._area = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form, a link, or something in a form."""
        has = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(has.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(has.get("action", "")))
            self._inside = True
        elif self._inside and tag in ("input", "select", "textarea", "option"):
            self._enter(tag, has)

    def _enter(self, tag: str, has: dict[str, str]) -> None:
        form, name = self.forms[-1], has.get("name", "")
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "option":
            form.choices.setdefault(self._select, []).append(has.get("value", ""))
        elif tag == "textarea":
            self._area, form.filled[name] = name, ""
        elif has.get("type") in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(has.get("value", ""))
            if "checked" in has:
                form.filled[name] = " ".join([*form.filled.get(name, "").split(), has.get("value", "")])
        elif has.get("type", "text") in KEPT:
            form.filled[name] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        """What already stands in a field of several lines."""
        if self._area:
            self.forms[-1].filled[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        """The end of a form or a field."""
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._area = ""


class Browser:
    """Somebody's browser: the page it shows, in words, with its links and forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.status, self.path, self.html = 0, "/", ""
        self._page = _Reader()

    @property
    def words(self) -> str:
        """What the main part of the page says, in one line."""
        main = self.html.partition("<main")[2].partition("</main>")[0] or self.html
        body = re.sub(r"<(script|style|svg|option)\b.*?</\1>", " ", f"<{main}", flags=re.DOTALL)
        return re.sub(r"\s+([.,;:])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split()))

    @property
    def links(self) -> list[str]:
        """Every address that the page leads to."""
        return self._page.links

    @property
    def forms(self) -> list[str]:
        """Where each form of the page is sent."""
        return [form.action for form in self._page.forms]

    def open(self, path: str) -> str:
        """Open an address; the words of the page, which must be there."""
        self.attempt(path)
        assert self.status == 200, (path, self.status, self.words[:400])
        return self.words

    def attempt(self, path: str) -> int:
        """Open an address, whatever comes; the status."""
        return self._arrive(self.client.get(path))

    def follow(self, path: str) -> str:
        """Open an address to which the page has a link."""
        assert path in self.links, (path, self.path, self.links)
        return self.open(path)

    def form(self, action: str) -> Form:
        """The form that is sent to an address; it must stand on the page."""
        found = next((form for form in self._page.forms if form.action == action), None)
        assert found is not None, (action, self.path, self.forms, self.words[-1500:])
        return found

    def any_token(self) -> str:
        """The token of some form of the page: good for any form of this person, also for one that they were never shown."""
        return next(form.filled["csrf_token"] for form in self._page.forms if "csrf_token" in form.filled)

    def send(self, action: str, *, files: tuple[tuple[str, str, bytes], ...] = (), **given: str) -> str:
        """Fill in a form of the page and send it; each field and each choice must be there. The words of the page that comes back."""
        form = self.form(action)
        for name, value in given.items():
            assert name in form.names, (name, sorted(form.names))
            assert name not in form.choices or set(value.split()) <= set(form.choices[name]), (name, value, form.choices[name])
        data: dict[str, object] = {name: value.split() if name in form.choices else value for name, value in {**form.filled, **given}.items()}
        for name, file_name, content in files:
            assert name in form.names, (name, sorted(form.names))
            data[name] = (BytesIO(content), file_name)
        self._arrive(self.client.post(action, data=data))
        return self.words

    def _arrive(self, answer: TestResponse) -> int:
        path = answer.request.path
        while answer.status_code in (302, 303, 308):
            path = urljoin(path, answer.headers["Location"])
            answer = self.client.get(path)
        self.status, self.path, self.html = answer.status_code, path, answer.text if answer.mimetype == "text/html" else ""
        self._page = _Reader()
        self._page.feed(self.html)
        return self.status
