"""The table of durable work: what a job of each name does. A job may be done twice without harm."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from credentialing.services import deadlines, effects, evidence, letters, standing
from credentialing.services.office import Office

Handler = Callable[[Office, Mapping[str, str]], object]

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "send_letter": lambda office, arguments: letters.send_letter(office, letter_id=arguments["letter_id"]),
        "effect": lambda office, arguments: effects.perform(office, effect=arguments["effect"], case_id=arguments["case_id"], job_id=arguments["job_id"]),
        "destroy_paper": lambda office, arguments: evidence.destroy_files(office, evidence_id=arguments["evidence_id"], pages=int(arguments["pages"])),
        "sweep": lambda office, arguments: deadlines.sweep(office),
        "reissue": lambda office, arguments: standing.reissue(office, act_id=arguments["act_id"]),
    }
)
"""Job name -> what it does, with the ids that the job carries."""
