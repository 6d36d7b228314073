"""What an installation decides for itself, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from credentialing.domain.errors import MisconfiguredError

Worker: TypeAlias = Literal["embedded", "separate"]
Messages: TypeAlias = Literal["demonstration", "gateways"]
Profile: TypeAlias = Literal["pdf/a-3a", "pdf/a-4f"]
SmtpSecurity: TypeAlias = Literal["tls", "starttls", "none"]

DEMONSTRATION_AUTHORITY: Mapping[str, str] = MappingProxyType(
    {"es": "Autoridad de demostración", "en": "Demonstration authority", "pt": "Autoridade de demonstração"},
)
"""Who issues in a demonstration. Refused outside one."""

SECRETS: tuple[str, ...] = ("database_password", "verifier_database_password", "smtp_password", "sms_token", "pkcs11_pin")
"""Names of the secret files that an operator may lay into `instance/keys`; signing keys are made there by the product itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; `instance/README.md` says what each setting means and what follows from it."""

    instance: Path
    demonstration: bool
    brand: str
    authority: Mapping[str, str]
    colours: Mapping[str, str]
    emblem: str
    languages: tuple[str, ...]
    issuer_host: str
    verify_host: str
    base_url: str
    quick_exit_url: str
    bind: str
    port: int
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int
    threads: int
    worker: Worker
    database_url: str = field(repr=False)
    verifier_database_url: str = field(repr=False)
    files_url: str = field(repr=False)
    messages: Messages
    smtp_host: str
    smtp_port: int
    smtp_security: SmtpSecurity
    smtp_user: str
    smtp_sender: str
    sms_url: str
    sms_sender: str
    timestamp_url: str
    timestamp_roots: str
    pkcs11_module: str
    pkcs11_token: str
    pkcs11_purposes: tuple[str, ...]
    certificate_profile: Profile
    status_list_hours: int
    log_level: str

    @property
    def emblem_file(self) -> Path | None:
        """The operator's own emblem, an SVG in the instance folder; None for the product's."""
        return self.instance / self.emblem if self.emblem else None

    @property
    def timestamp_roots_file(self) -> Path | None:
        """The roots of the time-stamp authorities, a PEM file in the instance folder; None when there is none."""
        return self.instance / self.timestamp_roots if self.timestamp_roots else None

    @property
    def keys(self) -> Path:
        """The folder of key files and secrets."""
        return self.instance / "keys"

    def secret(self, name: str) -> str:
        """The text of the secret file `name` (one of `SECRETS`) without its line end; MisconfiguredError when it is not there or empty."""
        if name not in SECRETS:
            raise ValueError(f"no such secret: {name}")
        path = self.keys / name
        text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
        if not text:
            raise MisconfiguredError(f"The secret file keys/{name} is missing or empty in the instance folder.")
        return text
