"""The office on the real world: database, files, gateways, keys and rules as the settings name them."""

import sqlalchemy as sa
from sqlalchemy.orm import sessionmaker

from credentialing.adapters.files import LocalFiles, ObstoreFiles, open_store
from credentialing.adapters.jobs import DbosJobs
from credentialing.adapters.messages import ByChannel, HttpSmsMessages, SmsSettings, SmtpMessages, SmtpSettings, UnsentMessages
from credentialing.adapters.reading import SandboxedReader
from credentialing.adapters.system import SystemClock, SystemEntropy
from credentialing.adapters.timestamps import HttpTimestampAuthority
from credentialing.app.keys import open_ring
from credentialing.config import Settings
from credentialing.domain.errors import MisconfiguredError
from credentialing.domain.ports import Messages
from credentialing.resources import data_dir
from credentialing.services.office import Office
from credentialing.storage.engine import make_engine
from credentialing.storage.migrate import is_current
from credentialing.workflow.library import Library


def open_office(settings: Settings, *, engine: sa.Engine | None = None) -> Office:
    """Everything that use cases may reach, on the real world; MisconfiguredError when the schema, the keys or the rules are not in order."""
    engine = engine or make_engine(settings.database_url)
    if not is_current(engine):
        raise MisconfiguredError("The database is not at the schema of this version: run ./run db upgrade.")
    return Office(
        settings=settings,
        sessions=sessionmaker(engine, expire_on_commit=False),
        clock=SystemClock(),
        entropy=SystemEntropy(),
        files=ObstoreFiles(open_store(settings.files_url)) if settings.files_url else LocalFiles(settings.instance / "files"),
        messages=_messages(settings),
        jobs=DbosJobs(engine),
        reader=SandboxedReader(),
        keys=open_ring(settings),
        library=Library.load(data_dir("workflows")),
        timestamps=HttpTimestampAuthority(settings.timestamp_url) if settings.timestamp_url else None,
    )


def _messages(settings: Settings) -> Messages:
    if settings.messages == "demonstration":
        return UnsentMessages()
    ways: dict[str, Messages] = {}
    if settings.smtp_host:
        ways["email"] = SmtpMessages(_smtp(settings))
    if settings.sms_url:
        ways["sms"] = HttpSmsMessages(SmsSettings(url=settings.sms_url, token=settings.secret("sms_token"), sender=settings.sms_sender))
    return ByChannel(ways)


def _smtp(settings: Settings) -> SmtpSettings:
    return SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.secret("smtp_password") if settings.smtp_user else "",
    )
