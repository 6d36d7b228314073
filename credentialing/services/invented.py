"""Invented people: who works here, who applies, what they write and which sample papers they have. None of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from credentialing.domain.people import Role

DEGREE, RPL, PERU = "co-degree-convalidacion", "co-rpl-sena-eccl", "pe-degree-reconocimiento"

STAFF: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.INTAKE_OFFICER: ("recepcion@puente.example", "Rosa Elena Duarte"),
        Role.ASSESSOR: ("evaluacion@puente.example", "Laura Gil Acosta"),
        Role.INTERNAL_VERIFIER: ("verificacion@puente.example", "Hernán Toro Mejía"),
        Role.DECISION_MAKER: ("decision@puente.example", "Inés Arrieta Solano"),
        Role.REGISTRAR: ("registro@puente.example", "Tomás Quispe Lara"),
        Role.GUIDE: ("orientacion@puente.example", "Marisol Ibarra Cano"),
        Role.TECHNICAL_EXPERT: ("experto@puente.example", "Óscar Villalba Prada"),
        Role.APPEALS_BODY: ("segundainstancia@puente.example", "Berta Noguera Salas"),
        Role.AUDITOR: ("auditoria@puente.example", "Gloria Peña Ruiz"),
        Role.ADMINISTRATOR: ("administracion@puente.example", "Julián Ospina Vera"),
    }
)

SECOND_STAFF: Mapping[Role, tuple[str, str]] = MappingProxyType(
    {
        Role.ASSESSOR: ("evaluacion2@puente.example", "Emilio Santander Rey"),
        Role.DECISION_MAKER: ("decision2@puente.example", "Patricia Lemos Duque"),
        Role.APPEALS_BODY: ("segundainstancia2@puente.example", "Ramiro Ledezma Cruz"),
    }
)
"""A second person where the rules want two: two views, a countersignature, an opinion on an appeal and the decision on it."""


WORK: Mapping[str, str] = MappingProxyType(
    {
        "occupation_words": "ingeniera de obras",
        "years_of_experience": "6",
        "workplace": "Constructora Los Médanos, Cumaná",
        "tasks": "Dirijo cuadrillas, reviso planos y mido avances de obra.",
    }
)
"""What somebody with a degree writes where a form asks for work too."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """An invented person: how to reach them and what they write on the form."""

    contact: str
    answers: Mapping[str, str]
    papers: Mapping[str, tuple[tuple[str, str], ...]]  # evidence kind -> (what it is handed in as, sample file)

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.answers['given_names']} {self.answers['family_names']}"


def engineer(contact: str, given_names: str, family_names: str, ending: str) -> Applicant:
    """An invented civil engineer with the sample degree."""
    answers = {
        "given_names": given_names,
        "family_names": family_names,
        "identity_document_type": "ppt",
        "identity_document_number": f"512{ending}",
        "birth_date": "1991-05-17",
        "city": "Barranquilla",
        "phone": contact,
        "degree_name": "Ingeniera Civil",
        "institution": "Universidad del Litoral Oriental",
        "institution_city": "Cumaná",
        "graduation_year": "2014",
        "study_level": "undergraduate",
        "field_of_study": "engineering",
        "purpose": "employment",
    }
    papers = {
        "identity": (("ppt", "identity.jpg"),),
        "diploma": (("diploma", "diploma.pdf"),),
        "transcript": (("transcript", "transcript.pdf"),),
        "apostille": (("apostille", "apostille.pdf"),),
        "payment_receipt": (("payment_receipt", "payment_receipt.png"),),
    }
    return Applicant(contact, MappingProxyType(answers), MappingProxyType(papers))


def welder(contact: str, given_names: str, family_names: str, ending: str) -> Applicant:
    """An invented welder with a letter of work and photos of it."""
    answers = {
        "given_names": given_names,
        "family_names": family_names,
        "identity_document_type": "ppt",
        "identity_document_number": f"498{ending}",
        "birth_date": "1986-11-02",
        "city": "Cúcuta",
        "phone": contact,
        "occupation_words": "soldador de estructuras",
        "years_of_experience": "11",
        "workplace": "Talleres Metálicos El Faro, Maracaibo",
        "tasks": "Preparo juntas, sueldo perfiles y láminas en todas las posiciones, reviso mis cordones y corrijo defectos.",
        "standard": "structural-welding.v1",
    }
    papers = {
        "identity": (("ppt", "identity_rpl.jpg"),),
        "work_history": (("employer_letter", "work_letter.pdf"),),
        "work_photos": (("photo", "work_photo_1.jpg"), ("photo", "work_photo_2.jpg"), ("photo", "work_photo_3.webp")),
        "training": (("training_certificate", "course_certificate.jpg"),),
    }
    return Applicant(contact, MappingProxyType(answers), MappingProxyType(papers))


CRITERIA = MappingProxyType(
    {
        "E1": ("recognised", "La universidad y el programa estaban autorizados en 2014."),
        "E2": ("verified_by_apostille", "La apostilla electrónica coincide con el título en nombre, fecha y firmante."),
        "E3": ("employment_unregulated", "Pide el reconocimiento para emplearse en obras."),
        "E4": ("comparable", "Estudios universitarios de grado, del mismo nivel que los de aquí."),
        "E5": ("comparable", "Diez semestres y 192 unidades de crédito."),
        "E6": ("assured", "La universidad tenía control público de calidad en esos años."),
        "E7": ("comparable", "Perfil profesional, con proyecto de grado y pasantía."),
        "E8": ("comparable", "Da acceso a estudios de posgrado y al ejercicio de la profesión."),
        "E9": ("no_difference", "No hay diferencia sustancial para lo que pide."),
    }
)
