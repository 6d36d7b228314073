"""Who acts: roles, and the person who acts in one of them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of recognition and RPL. `SYSTEM` is the clock and the worker; `ADMINISTRATOR` keeps people and procedures and never acts on a case."""

    APPLICANT = "applicant"
    INTAKE_OFFICER = "intake_officer"
    ASSESSOR = "assessor"
    GUIDE = "guide"
    TECHNICAL_EXPERT = "technical_expert"
    INTERNAL_VERIFIER = "internal_verifier"
    DECISION_MAKER = "decision_maker"
    APPEALS_BODY = "appeals_body"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


STAFF_ROLES: tuple[Role, ...] = (
    Role.INTAKE_OFFICER,
    Role.GUIDE,
    Role.ASSESSOR,
    Role.TECHNICAL_EXPERT,
    Role.INTERNAL_VERIFIER,
    Role.DECISION_MAKER,
    Role.APPEALS_BODY,
    Role.REGISTRAR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting, with every role they hold now. The system has no person id.

    `acts_for` are the other person ids whose deeds count as the actor's own: their other accounts, and those for whom they stand in.
    """

    person_id: str | None
    roles: frozenset[Role]
    acts_for: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether the person holds any staff role."""
        return not self.roles.isdisjoint(STAFF_ROLES)


SYSTEM = Actor(None, frozenset({Role.SYSTEM}))
