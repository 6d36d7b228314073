"""What an installation may not be: combinations of settings that would harm people, and secrets that lie open."""

import ipaddress
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from credentialing.config.settings import DEMONSTRATION_AUTHORITY

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_RESERVED_ENDINGS = (".example", ".test", ".invalid", ".localhost", ".local", ".internal")


def exposed_files(instance: Path, settings_file: Path) -> Iterator[str]:
    """A sentence for each secret that anybody but its owner can open, and for settings that strangers can read or others can change."""
    if settings_file.is_file() and settings_file.stat().st_mode & (stat.S_IWGRP | stat.S_IRWXO):
        yield f"Others can read or change {settings_file.name}. Type: chmod 640 {settings_file}"
    keys = instance / "keys"
    if not keys.is_dir():
        return
    if keys.stat().st_mode & _OTHERS:
        yield f"Others can open the folder of keys. Type: chmod 700 {keys}"
    for path in sorted(keys.rglob("*")):
        if path.stat().st_mode & _OTHERS:
            yield f"Others can open {path.relative_to(instance)}. Type: chmod {700 if path.is_dir() else 600} {path}"


def missing_secrets(instance: Path, read: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each secret file without which a setting cannot work."""
    for setting, secret in (("smtp_user", "smtp_password"), ("sms_url", "sms_token"), ("pkcs11_purposes", "pkcs11_pin")):
        if read.get(setting) and not (instance / "keys" / secret).is_file():
            yield f"“{setting}” is set, so the secret file keys/{secret} must be there."


def unknown_time(instance: Path, read: Mapping[str, Any]) -> Iterator[str]:
    """A sentence when an authority is asked for the time and nothing says whom to believe, or the file that says it is not there."""
    name = read.get("timestamp_roots")
    if read.get("timestamp_url") and not name:
        yield "“timestamp_url” is set, so “timestamp_roots” must name the PEM file with the root of that time-stamp authority."
    if name and (not (instance / name).is_file() or b"BEGIN CERTIFICATE" not in (instance / name).read_bytes()):
        yield f"“timestamp_roots” names {name}, which is not in the instance folder or holds no certificate."


def missing_emblem(instance: Path, read: Mapping[str, Any]) -> Iterator[str]:
    """A sentence when the emblem is named and not there."""
    if read.get("emblem") and not (instance / read["emblem"]).is_file():
        yield f"“emblem” names {read['emblem']}, which is not in the instance folder."


def unsafe_combinations(read: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each unlawful combination among the settings that could be read; a rule about a setting that is missing says nothing."""
    for needs, rule in _RULES:
        if all(name in read for name in needs):
            yield from rule(*(read[name] for name in needs))


def _stays_at_home(demonstration: bool, bind: str) -> Iterator[str]:
    if demonstration and not (bind == "localhost" or ipaddress.ip_address(bind).is_loopback):
        yield (
            "A demonstration has accounts that anybody can enter, so it may only listen on this machine: "
            f"set “bind” to 127.0.0.1 (it is {bind}), or set “demonstration” to false."
        )


def _encrypted_outside(demonstration: bool, base_url: str) -> Iterator[str]:
    if not demonstration and not base_url.startswith("https://"):
        yield f"“base_url” must begin with https:// outside a demonstration (it is {base_url}): people send identity papers over it."


def _own_name(demonstration: bool, issuer_host: str, verify_host: str, base_url: str) -> Iterator[str]:
    if demonstration:
        return
    for name, host in (("issuer_host", issuer_host), ("verify_host", verify_host), ("base_url", urlsplit(base_url).hostname or "")):
        if "." not in host or f".{host}".endswith(_RESERVED_ENDINGS) or _is_number(host):
            yield (
                f"“{name}” must hold a public host name of the authority outside a demonstration (it is {host}): "
                "every certificate points to it for as long as it lives."
            )


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _named_authority(demonstration: bool, authority: Mapping[str, str], languages: tuple[str, ...]) -> Iterator[str]:
    for code in languages:
        if code not in authority:
            yield f"“authority” has no name for the language {code}."
        elif not demonstration and authority[code] == DEMONSTRATION_AUTHORITY.get(code):
            yield f"“authority” still has the demonstration's name for the language {code}: certificates would carry it."


def _letters_arrive(demonstration: bool, messages: str) -> Iterator[str]:
    if not demonstration and messages == "demonstration":
        yield "“messages” must name a real gateway outside a demonstration: the demonstration's letters, with the codes to sign in, can be read by anybody."


def _a_gateway_is_there(messages: str, smtp_host: str, sms_url: str) -> Iterator[str]:
    if messages == "gateways" and not smtp_host and not sms_url:
        yield "“smtp_host” or “sms_url” must be set when “messages” is gateways, or nobody gets the code to sign in."


def _mail_is_whole(smtp_host: str, smtp_sender: str, smtp_security: str) -> Iterator[str]:
    if smtp_host and "@" not in smtp_sender:
        yield "“smtp_sender” must be an e-mail address when “smtp_host” is set."
    if smtp_host and smtp_security == "none" and smtp_host not in _THIS_MACHINE:
        yield "“smtp_security” may only be none for a mail server on this machine."


def _token_is_whole(pkcs11_module: str, pkcs11_token: str, pkcs11_purposes: tuple[str, ...]) -> Iterator[str]:
    if pkcs11_purposes and not (pkcs11_module and pkcs11_token):
        yield "“pkcs11_purposes” names keys that lie in a token, so “pkcs11_module” and “pkcs11_token” must say which."


_RULES: tuple[tuple[tuple[str, ...], Callable[..., Iterator[str]]], ...] = (
    (("demonstration", "bind"), _stays_at_home),
    (("demonstration", "base_url"), _encrypted_outside),
    (("demonstration", "issuer_host", "verify_host", "base_url"), _own_name),
    (("demonstration", "authority", "languages"), _named_authority),
    (("demonstration", "messages"), _letters_arrive),
    (("messages", "smtp_host", "sms_url"), _a_gateway_is_there),
    (("smtp_host", "smtp_sender", "smtp_security"), _mail_is_whole),
    (("pkcs11_module", "pkcs11_token", "pkcs11_purposes"), _token_is_whole),
)
