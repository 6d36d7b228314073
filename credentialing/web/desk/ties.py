"""What ties a member of the staff to the applicant: declared before anybody judges, and corrected with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from credentialing.domain.errors import Reason
from credentialing.services.declaring import LONGEST_TEXT
from credentialing.services.looking import CaseView
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.language import _
from credentialing.web.phrases import sentence
from credentialing.web.words import words_of
from credentialing.workflow.model import DECLARATIONS


@dataclass(frozen=True, slots=True)
class Ties:
    """The form of the declaration: its fields, whether it must be filled in now, and the sentence about why the case is closed to this person."""

    fields: tuple[FieldView, ...]
    due: bool
    closed: str


def ties_of(view: CaseView, typed: Mapping[str, str], reasons: Sequence[Reason]) -> Ties | None:
    """The declaration of whoever reads, to be made or corrected; None where nobody declares, and once the case is closed."""
    definition = view.definition
    if not definition.conflict_declared_before or definition.states[view.state].final is not None or not (view.must_declare or view.declared):
        return None
    words = words_of(definition)
    values = [value for value in DECLARATIONS if value != "trained" or definition.units_rule is not None]
    fields = (
        simple_view(
            "declaration", _("Does anything tie you to this person?"), kind="choice", value=typed.get("declaration", view.declared or ""), reasons=reasons,
            always_radios=True, choices=[(value, words.text(f"declarations.{value}")) for value in values],
        ),
        simple_view(
            "declaration_text", _("What it is"), kind="long_text", value=typed.get("declaration_text", ""), reasons=reasons, max_length=LONGEST_TEXT,
            optional=True,
            hint=_("It is kept with the case, encrypted. Neither your colleagues nor the person are shown it. Whoever takes back a tie says why."),
        ),
    )
    return Ties(fields, view.must_declare, sentence(view.closed) if view.closed else "")
