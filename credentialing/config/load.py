"""Reading the settings: environment over file over default; every problem at once, each a sentence."""

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from credentialing.config import judgement, values
from credentialing.config.settings import DEMONSTRATION_AUTHORITY, Settings
from credentialing.domain.errors import MisconfiguredError

PREFIX = "CREDENTIALING_"
INSTANCE_VARIABLE = "CREDENTIALING_INSTANCE"

_READERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "demonstration": values.flag,
        "brand": values.text,
        "authority": values.names_by_language,
        "colours": values.colours,
        "emblem": values.drawing,
        "languages": values.languages,
        "issuer_host": values.host,
        "verify_host": values.host,
        "base_url": values.web_address,
        "quick_exit_url": values.https_page,
        "bind": values.listening_address,
        "port": values.whole(1, 65535),
        "trusted_hosts": values.hosts,
        "trusted_proxies": values.whole(0, 5),
        "threads": values.whole(1, 64),
        "worker": values.one_of("embedded", "separate"),
        "database_url": values.database,
        "verifier_database_url": values.database,
        "files_url": values.object_store,
        "messages": values.one_of("demonstration", "gateways"),
        "smtp_host": values.optional_text,
        "smtp_port": values.whole(1, 65535),
        "smtp_security": values.one_of("tls", "starttls", "none"),
        "smtp_user": values.optional_text,
        "smtp_sender": values.optional_text,
        "sms_url": values.optional_https_page,
        "sms_sender": values.optional_text,
        "timestamp_url": values.optional_service,
        "timestamp_roots": values.certificates,
        "pkcs11_module": values.optional_library,
        "pkcs11_token": values.optional_text,
        "pkcs11_purposes": values.purposes,
        "certificate_profile": values.one_of("pdf/a-3a", "pdf/a-4f"),
        "status_list_hours": values.whole(1, 24 * 31),
        "log_level": values.one_of("debug", "info", "warning", "error"),
    }
)

_DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "brand": "Puente",
        "authority": dict(DEMONSTRATION_AUTHORITY),
        "colours": {},
        "emblem": "",
        "languages": ["es", "en", "pt"],
        "issuer_host": "puente.example",
        "base_url": "http://127.0.0.1:8000",
        "quick_exit_url": "https://www.wikipedia.org/",
        "bind": "127.0.0.1",
        "port": 8000,
        "trusted_hosts": [],
        "trusted_proxies": 0,
        "threads": 8,
        "worker": "embedded",
        "database_url": "",
        "verifier_database_url": "",
        "files_url": "",
        "messages": "demonstration",
        "smtp_host": "",
        "smtp_port": 587,
        "smtp_security": "starttls",
        "smtp_user": "",
        "smtp_sender": "",
        "sms_url": "",
        "sms_sender": "",
        "timestamp_url": "",
        "timestamp_roots": "",
        "pkcs11_module": "",
        "pkcs11_token": "",
        "pkcs11_purposes": [],
        "certificate_profile": "pdf/a-3a",
        "status_list_hours": 24,
        "log_level": "info",
    }
)


def config_file(instance: Path) -> Path:
    """Where the settings file of an instance lies, whether or not there is one."""
    return instance / "config.toml"


def load_settings(instance: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of the installation in the folder `instance`; the environment wins over the file, the file over the default.

    Raises MisconfiguredError with a sentence for each unknown name, unreadable value, unsafe combination and file that others may read.
    Without a settings file the installation is a demonstration, which only this machine can reach.
    """
    instance = instance.absolute()
    problems = list(judgement.exposed_files(instance, config_file(instance)))
    raw = _raw(instance, environ, problems)
    read: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            read[name] = _READERS[name](value)
        except ValueError as error:
            problems.append(f"The setting “{name}” {error}.")
    problems.extend(judgement.unsafe_combinations(read))
    problems.extend(judgement.missing_secrets(instance, read))
    problems.extend(judgement.missing_emblem(instance, read))
    problems.extend(judgement.unknown_time(instance, read))
    _complete(read, instance, problems)
    if problems:
        raise MisconfiguredError(*problems)
    return Settings(instance=instance, **read)


def _raw(instance: Path, environ: Mapping[str, str], problems: list[str]) -> dict[str, object]:
    """Every setting as it was written, before it is read; a value that is not known is left out and reported."""
    file = config_file(instance)
    given = _from_file(file, problems)
    for name in sorted(given.keys() - _READERS.keys()):
        problems.append(_unknown(name, name, _READERS))
    raw: dict[str, object] = {"demonstration": not file.exists(), **_DEFAULTS, **{name: given[name] for name in given.keys() & _READERS.keys()}}
    for variable, value in sorted(environ.items()):
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or variable == INSTANCE_VARIABLE:
            continue
        if name.startswith("authority_"):
            table = raw["authority"]
            raw["authority"] = {**(table if isinstance(table, dict) else {}), name.removeprefix("authority_"): value}
        elif name in _READERS:
            raw[name] = value
        else:
            problems.append(_unknown(variable, name, _READERS))
    raw.setdefault("verify_host", raw["issuer_host"])
    return raw


def _from_file(file: Path, problems: list[str]) -> dict[str, object]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"The settings file {file.name} cannot be read: {error}.")
        return {}


def _unknown(written: str, name: str, known: Iterable[str]) -> str:
    if any(word in name.lower() for word in ("password", "secret", "token")):
        return f"“{written}” is not a setting: a secret is a file of its own in keys/, as the README of the instance folder says."
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean “{close[0]}”?" if close else ""
    return f"There is no setting “{written}”.{hint}"


def _complete(read: dict[str, Any], instance: Path, problems: list[str]) -> None:
    """Fill in what follows from other settings: database addresses, and the hosts this installation answers to."""
    for name, password in (("database_url", "database_password"), ("verifier_database_url", "verifier_database_password")):
        if name in read:
            read[name] = _database_address(read[name], instance, instance / "keys" / password, problems)
    if "database_url" in read:
        read["database_url"] = read["database_url"] or f"sqlite:///{instance / 'credentialing.sqlite3'}"
        read["verifier_database_url"] = read.get("verifier_database_url") or read["database_url"]
    own = [urlsplit(read["base_url"]).hostname] if "base_url" in read else []
    own += [read[name] for name in ("issuer_host", "verify_host") if name in read]
    own += ["localhost", "127.0.0.1"] if read.get("demonstration") else []
    read["trusted_hosts"] = tuple(dict.fromkeys([*read.get("trusted_hosts", ()), *own]))


def _database_address(address: str, instance: Path, password_file: Path, problems: list[str]) -> str:
    if address.startswith("sqlite:///"):
        return f"sqlite:///{instance / address.removeprefix('sqlite:///')}"
    if not address or not password_file.is_file():
        return address
    scheme, _, rest = address.partition("://")
    user, at, place = rest.partition("@")
    if not at or not user:
        problems.append(f"There is a secret file keys/{password_file.name}, but the database address names no user to go with it.")
        return address
    return f"{scheme}://{user}:{quote(password_file.read_text(encoding='utf-8').strip(), safe='')}@{place}"
