"""Which use case does which job: the whole table. Each may be done twice without harm, since a crash repeats whatever it interrupted."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from credentialing.services import deadlines, effects, letters
from credentialing.services.office import Office

Handler = Callable[[Office, Mapping[str, str]], object]
"""Does one job with an office and the job's ids; an exception means: again later."""


def _effect(office: Office, arguments: Mapping[str, str]) -> None:
    effects.perform(office, effect=arguments["effect"], case_id=arguments["case_id"], job_id=arguments["job_id"])


def _send_letter(office: Office, arguments: Mapping[str, str]) -> None:
    letters.send_letter(office, letter_id=arguments["letter_id"])


def _deadlines(office: Office, _: Mapping[str, str]) -> None:
    deadlines.sweep(office)


EFFECTS: Mapping[str, Handler] = MappingProxyType({"effect": _effect, "send_letter": _send_letter, "deadlines": _deadlines})

SWEEP = "deadlines"
"""The job that comes by itself every minute. When it fails, the next minute's does its work."""
