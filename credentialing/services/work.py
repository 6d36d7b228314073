"""The table of durable work: what a job of each name does. A job may be done twice without harm."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import MappingProxyType

from credentialing.services import deadlines, effects, evidence, letters, publishing, standing, trail_log
from credentialing.services.office import Office

Handler = Callable[[Office, Mapping[str, str]], object]


def _every_minute(office: Office) -> None:
    with ExitStack() as all_of_it:  # in this order from the last; one that fails does not hold up the others
        all_of_it.callback(trail_log.seal_trail, office)
        all_of_it.callback(publishing.publish, office)
        all_of_it.callback(deadlines.sweep, office)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "send_letter": lambda office, arguments: letters.send_letter(office, letter_id=arguments["letter_id"]),
        "effect": lambda office, arguments: effects.perform(office, effect=arguments["effect"], case_id=arguments["case_id"], job_id=arguments["job_id"]),
        "destroy_paper": lambda office, arguments: evidence.destroy_files(office, evidence_id=arguments["evidence_id"], pages=int(arguments["pages"])),
        "publish_log": lambda office, arguments: publishing.publish(office),
        "sweep": lambda office, arguments: _every_minute(office),
        "reissue": lambda office, arguments: standing.reissue(office, act_id=arguments["act_id"]),
    }
)
"""Job name -> what it does, with the ids that the job carries."""
