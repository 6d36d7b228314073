"""Who acts: roles, and the person who acts in one of them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of recognition and RPL. A definition may use any of them; `SYSTEM` is the clock and the worker."""

    APPLICANT = "applicant"
    INTAKE_OFFICER = "intake_officer"
    ASSESSOR = "assessor"
    INTERNAL_VERIFIER = "internal_verifier"
    DECISION_MAKER = "decision_maker"
    REGISTRAR = "registrar"
    AUDITOR = "auditor"
    SYSTEM = "system"


STAFF_ROLES: tuple[Role, ...] = (
    Role.INTAKE_OFFICER,
    Role.ASSESSOR,
    Role.INTERNAL_VERIFIER,
    Role.DECISION_MAKER,
    Role.REGISTRAR,
    Role.AUDITOR,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting, with every role they hold now. The system has no person id."""

    person_id: str | None
    roles: frozenset[Role]

    @property
    def is_staff(self) -> bool:
        """Whether the person holds any staff role."""
        return not self.roles.isdisjoint(STAFF_ROLES)


SYSTEM = Actor(None, frozenset({Role.SYSTEM}))
