"""Builds the empty application that both factories fill: templates, languages, gate, headers, problem pages, static files, public pages."""

from pathlib import Path
from typing import cast

from babel import Locale
from flask import Flask, g
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from credentialing.domain.people import Actor
from credentialing.web import assets, forms, gate, language, phrases, problems, security, words
from credentialing.web.public import health
from credentialing.web.surroundings import Surroundings, surroundings

TRANSLATIONS = Path(__file__).parent.parent / "translations"
_MACROS = "govuk_frontend_jinja"


def build_frame(around: Surroundings, *, templates: Path) -> Flask:
    """An application with everything but pages: register blueprints on it, then call `gate.close_gate(app)`.

    `templates` is the top-level folder of templates; pages are named from there, `pages/landing.html`.
    """
    app = Flask("credentialing.web", static_folder=None, template_folder=None)
    app.extensions["credentialing"] = around
    app.extensions["shelf"] = assets.fill_shelf(around.settings.colours, around.settings.emblem_file)
    security.set_limits(app, around.settings)
    if around.settings.trusted_proxies:
        hops = around.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _speak(app, around)
    _dress(app, templates)
    app.before_request(gate.guard)
    app.before_request(security.check_form)
    app.after_request(language.keep_language)
    app.after_request(security.finish)
    problems.register_problems(app)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(health.blueprint)
    return app


def _speak(app: Flask, around: Surroundings) -> None:
    app.config.update(BABEL_DEFAULT_LOCALE=around.settings.languages[0], BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS))
    Babel(app, locale_selector=lambda: Locale.parse(language.choose_language()))


def _dress(app: Flask, templates: Path) -> None:
    app.jinja_loader = ChoiceLoader([FileSystemLoader(templates), PrefixLoader({_MACROS: PackageLoader(_MACROS)})])
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        day=language.day, last_day=language.last_day, moment=language.moment, days_left=language.days_left, number=language.number,
        reason=phrases.sentence, span=language.span_text,
    )
    environment.globals.update(
        settings=app.extensions["credentialing"].settings, asset=assets.asset, has_asset=assets.has_asset, csrf_token=security.form_token,
        language_links=language.language_links, page_language=language.choose_language, with_language=language.with_language, site=_site,
        words_of=words.words_of, role_name=phrases.role_name, unit_text=language.unit_text, form_summary=forms.summary,
        deadline_look=language.deadline_look, days_between=language.days_between, person_name=_person_name, signed_in=_signed_in,
    )


def _site(path: str) -> str:
    """A page of the main site, also from the verifier's own process; carries the language where no cookie does."""
    here = surroundings()
    return language.with_language(here.settings.base_url + path if here.verifier_only else path)


def _person_name() -> str:
    actor = _actor()
    return surroundings().name_of(actor) if actor else ""


def _signed_in() -> bool:
    return _actor() is not None


def _actor() -> Actor | None:
    return cast(Actor | None, g.get("actor"))
