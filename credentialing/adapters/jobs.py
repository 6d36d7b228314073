"""Durable work after the commit: the caller's transaction writes the job into the job engine's own tables, in the same database."""

import logging
import re
from collections.abc import Mapping

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy.orm import Session

# What the writing side and the working side must agree on. The version is fixed by hand: left to itself it is a digest of the code,
# and after a deployment the jobs of the old version would wait for ever.
APPLICATION = "credentialing"
VERSION = "1"
QUEUE = "work"
WORKFLOW = "perform"

# JSON, because the default stores Python objects that run code when they are read.
SERIALIZER = DBOSPortableJSONSerializer()

# Ids and names have these shapes; a name, an address or a telephone number of a person does not fit.
_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_JOB_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9_-]{0,160}", re.ASCII)


def check_job(name: str, job_id: str, arguments: Mapping[str, str]) -> None:
    """ValueError unless name, id and arguments are plain ids: nothing personal may lie in the job tables."""
    if not _NAME.fullmatch(name) or not _JOB_ID.fullmatch(job_id):
        raise ValueError("not the name and id of a job")
    if not all(_NAME.fullmatch(key) and _VALUE.fullmatch(value) for key, value in arguments.items()):
        raise ValueError("arguments of a job are ids")


def quiet_log() -> None:
    """Hand the job engine's messages to the product's own log, warnings and worse only, instead of its own handler on standard error."""
    log = logging.getLogger("dbos")
    log.setLevel(logging.WARNING)
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def open_client(engine: sa.Engine) -> DBOSClient:
    """A client of the job engine on our own database engine; it connects when it is first used."""
    quiet_log()
    return DBOSClient(system_database_engine=engine, serializer=SERIALIZER, application_name=APPLICATION, lazy=True)


def create_tables(engine: sa.Engine) -> None:
    """Make or renew the job engine's tables (on PostgreSQL in the schema `dbos`); again does nothing. To be run before web and worker start."""
    quiet_log()
    DBOS.migrate(engine.url.render_as_string(hide_password=False))


class DbosJobs:
    """The durable queue. Its tables must exist: see `create_tables`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._client = open_client(engine)

    def enqueue(self, session: object, name: str, job_id: str, arguments: Mapping[str, str]) -> None:
        """Add a job inside the transaction of `session`: it exists if and only if that commits. The same `job_id` twice is one job. ValueError for arguments
        that are not ids."""
        if not isinstance(session, Session | sa.Connection):
            raise TypeError("jobs are added inside a session's transaction")
        check_job(name, job_id, arguments)
        options: EnqueueOptions = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": job_id, "app_version": VERSION}
        self._client.enqueue_in_transaction(session, options, name, dict(arguments), 1)
