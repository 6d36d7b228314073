"""Invented people and an invented authority: the drafts that the tests of certificates share."""

from dataclasses import replace
from datetime import UTC, date, datetime

from credentialing.certificate.face import (
    Competence,
    Degree,
    Draft,
    Level,
    Mutual,
    Partial,
    Passport,
    Qualification,
    School,
    Signatory,
    Statement,
    Unit,
    Work,
)

NOW = datetime(2026, 11, 23, 15, 4, tzinfo=UTC)
HOST = "verifica.puente.example"
CODE = "7Q2KM9XD4TRP6"
LONG_NAME = "María Fernanda de los Ángeles Echeverría-Bustamante y Rodríguez del Castillo"

AUTHORITY = {
    "es": "Autoridad Nacional de Reconocimiento de Cualificaciones",
    "en": "National Authority for the Recognition of Qualifications",
    "pt": "Autoridade Nacional de Reconhecimento de Qualificações",
}
SIGNATORIES = (
    Signatory("Inés Arrieta Solano", {"es": "Dirección de Reconocimiento", "en": "Director of Recognition", "pt": "Direção de Reconhecimento"}),
    Signatory("Tomás Quispe Lara", {"es": "Registro de Certificados", "en": "Registrar of Certificates", "pt": "Registro de Certificados"}),
)
LEVEL_6 = Level(6, 8, {
    "es": "Nivel 6 de 8 del marco de ejemplo; CINE 6: estudios universitarios de grado, de cuatro a cinco años",
    "en": "Level 6 of 8 of the sample framework; ISCED 6: first university degree of four to five years",
    "pt": "Nível 6 de 8 do marco de exemplo; CINE 6: graduação universitária de quatro a cinco anos",
})  # fmt: skip
LEVEL_3 = Level(3, 8, {
    "es": "Nivel 3 de 8 del marco de ejemplo; comparable con CINE 3: oficio calificado con autonomía",
    "en": "Level 3 of 8 of the sample framework; comparable to ISCED 3: skilled trade, working independently",
    "pt": "Nível 3 de 8 do marco de exemplo; comparável a CINE 3: ofício qualificado com autonomia",
})  # fmt: skip
NURSING = Degree(
    name="Licenciada en Enfermería",
    awarded="Universidad de los Llanos Altos · Mérida, Venezuela · 2014",
    recognised_as={"es": "Licenciatura en Enfermería", "en": "University degree in Nursing", "pt": "Bacharelado em Enfermagem"},
    effect={
        "es": "Acceder a empleos que piden grado universitario y a estudios de posgrado. Ejercer la enfermería pide además inscripción profesional.",
        "en": "Entry to posts that require a university degree and to postgraduate study. Practising nursing also needs registration.",
        "pt": "Acesso a empregos que exigem graduação e à pós-graduação. Exercer a enfermagem requer também registro no conselho profissional.",
    },
)
_UNITS = (
    ("Recibir y almacenar materias primas", "Receive and store raw materials", "Receber e armazenar matérias-primas"),
    ("Preparar masas fermentadas y quebradas", "Prepare fermented and short doughs", "Preparar massas fermentadas e podres"),
    ("Formar, fermentar y hornear panes", "Shape, prove and bake breads", "Modelar, fermentar e assar pães"),
    ("Elaborar facturas y productos de pastelería", "Make pastries and confectionery", "Elaborar doces e confeitaria"),
    ("Aplicar buenas prácticas de manufactura e inocuidad", "Apply good manufacturing practice and food safety", "Aplicar boas práticas de fabricação"),
    ("Calcular costos y organizar la producción", "Work out costs and organise production", "Calcular custos e organizar a produção"),
    ("Instalar sistemas de puesta a tierra y medir su resistencia con el instrumento adecuado", "Install earthing systems and measure their resistance",
     "Instalar sistemas de aterramento e medir sua resistência"),
    ("Planificar el trabajo, los materiales y el presupuesto", "Plan the work, materials and budget", "Planejar o trabalho, os materiais e o orçamento"),
)  # fmt: skip


def units(count: int) -> tuple[Unit, ...]:
    """`count` competency units of the sample standard."""
    return tuple(Unit(f"MS-BAKE-{n + 1:02}", dict(zip(("es", "en", "pt"), _UNITS[n % len(_UNITS)], strict=True))) for n in range(count))


def degree(**changes: object) -> Draft:
    """An ordinary recognition of a degree, Spanish and English."""
    draft = Draft(
        template="full", kind="degree", verify_url_base=f"https://{HOST}", langs=("es", "en"), display_name="Mariángel Peñalver Núñez",
        document_ending="4821", issued_at=NOW, issued_on=date(2026, 11, 23), authority=AUTHORITY, signatories=SIGNATORIES, level=LEVEL_6, degree=NURSING,
        basis={"es": "Reglamento de ejemplo, artículo 14", "en": "Sample regulation, article 14", "pt": "Regulamento de exemplo, artigo 14"}, specimen=True,
    )  # fmt: skip
    return replace(draft, **changes)  # type: ignore[arg-type]


def competence(count: int = 6, **changes: object) -> Draft:
    """An ordinary certificate of competence with `count` units, Spanish and English."""
    profile = Competence(
        profile={"es": "Panadería artesanal", "en": "Artisan baking", "pt": "Panificação artesanal"},
        standard={"es": "Norma modelo de panadería, versión 1", "en": "Model standard for baking, version 1", "pt": "Norma modelo de panificação, versão 1"},
        units=units(count),
        can_do={
            "es": "Elabora panes, masas fermentadas y facturas, controla inocuidad y costos, y dirige una línea pequeña de producción.",
            "en": "Makes breads, fermented doughs and pastries, keeps food safety and costs under control, and leads a small production line.",
            "pt": "Elabora pães, massas fermentadas e doces, controla higiene e custos e dirige uma pequena linha de produção.",
        },
        occupation={
            "es": "Panaderos, pasteleros y confiteros (CIUO-08 7512)",
            "en": "Bakers, pastry-cooks and confectionery makers (ISCO-08 7512)",
            "pt": "Padeiros e confeiteiros (CIUO-08 7512)",
        },
    )
    draft = replace(
        degree(), template="competence", kind="rpl", display_name="Yusmary Coromoto Briceño Rangel", document_ending="6650", level=LEVEL_3,
        degree=None, competence=profile, basis=None, expires_on=date(2031, 11, 23),
    )  # fmt: skip
    return replace(draft, **changes)  # type: ignore[arg-type]


def long_titles() -> Draft:
    """A degree whose names are as long as they come."""
    engineering = Degree(
        name="Ingeniera en Gestión de Recursos Naturales Renovables y Desarrollo Agroindustrial",
        awarded="Universidad Experimental de las Tierras Altas Centrales Rómulo Gallegos · San Juan de los Morros, Venezuela · 2009",
        recognised_as={
            "es": "Ingeniería en Gestión de Recursos Naturales y Desarrollo Agroindustrial",
            "en": "Engineering degree in Natural Resource Management and Agro-industrial Development",
            "pt": "Engenharia em Gestão de Recursos Naturais e Desenvolvimento Agroindustrial",
        },
        effect=NURSING.effect,
    )
    return degree(display_name=LONG_NAME, degree=engineering)


EMPTY = {"degree": None, "competence": None, "level": None}
PARTLY = Partial(
    name="Licenciada en Enfermería",
    awarded=NURSING.awarded,
    recognised={
        "es": "Los semestres 1 a 6 del programa de Enfermería: 96 créditos, con todas las asignaturas básicas.",
        "en": "Semesters 1 to 6 of the Nursing programme: 96 credits, with all basic subjects.",
        "pt": "Os semestres 1 a 6 do curso de Enfermagem: 96 créditos, com todas as disciplinas básicas.",
    },
    left_out={
        "es": "Los semestres 7 a 10, la práctica hospitalaria y el título.",
        "en": "Semesters 7 to 10, the hospital practice and the degree itself.",
        "pt": "Os semestres 7 a 10, a prática hospitalar e o diploma.",
    },
)
COMPARED = Statement(
    name="Ingeniera Civil",
    awarded="Universidad de los Llanos Altos · Mérida, Venezuela · 2011",
    comparison={
        "es": "Se compara con un grado universitario de cuatro años en ingeniería civil.",
        "en": "Comparable to a four-year bachelor’s degree in civil engineering.",
        "pt": "Compara-se a uma graduação de quatro anos em engenharia civil.",
    },
    institution={
        "es": "La universidad y el programa estaban reconocidos en su país cuando se dio el título.",
        "en": "The university and the programme were recognised in their country when the degree was awarded.",
        "pt": "A universidade e o curso eram reconhecidos em seu país quando o diploma foi concedido.",
    },
)
TEACHER = Passport(
    qualifications=(
        Qualification(
            name="Licenciatura en Educación, mención Matemática",
            awarded="Universidad Pedagógica de los Llanos · Barquisimeto, Venezuela · 2012",
            finding="substantiated",
            level={"es": "Carrera universitaria", "en": "University degree", "pt": "Curso de graduação"},
            subject={"es": "Educación", "en": "Education", "pt": "Educação"},
            rests_on={"es": "Foto del título; notas certificadas", "en": "Photo of the degree; certified marks", "pt": "Foto do diploma; notas certificadas"},
        ),
        Qualification("Especialización en Gerencia Educativa", "Universidad del Valle Alto · un año cursado · 2015", "likely"),
    ),
    work=Work("Docente de matemática en liceos", 7),
    languages={
        "es": "Español, lengua materna; portugués intermedio", "en": "Spanish, mother tongue; intermediate Portuguese",
        "pt": "Espanhol, língua materna; português intermediário",
    },
)  # fmt: skip
SCHOOLED = School(
    name="Bachiller en Ciencias",
    awarded="Unidad Educativa Cerro Alto · Maturín, Venezuela · 2019",
    equivalent={"es": "Bachillerato académico, grado 11", "en": "Upper secondary school, grade 11", "pt": "Ensino médio, 3.º ano"},
    effect={
        "es": "Inscribirse en estudios superiores y técnicos, y en empleos que piden el bachillerato.",
        "en": "Enrolment in higher and technical studies, and posts that require upper secondary school.",
        "pt": "Matricular-se em estudos superiores e técnicos e em empregos que pedem o ensino médio.",
    },
)
FROM_CHILE = Mutual(
    name="Instalador eléctrico domiciliario",
    issuer="Comisión de Certificación de los Andes",
    number="P-0712-2023/4471",
    counts_as={"es": "Instalaciones eléctricas domiciliarias", "en": "Domestic electrical installation", "pt": "Instalações elétricas residenciais"},
    effect={
        "es": "Mostrar en este país la competencia que el certificado describe.",
        "en": "To show in this country the competence that the certificate describes.",
        "pt": "Mostrar neste país a competência que o certificado descreve.",
    },
)


def partial(**changes: object) -> Draft:
    """An ordinary recognition of a part of a degree."""
    return replace(degree(), **(EMPTY | {"template": "partial", "partial": PARTLY} | changes))  # type: ignore[arg-type]


def some_units(count: int = 4, **changes: object) -> Draft:
    """A certificate of `count` units of a profile that has two more."""
    whole = competence(count)
    assert whole.competence is not None
    shown = replace(whole.competence, can_do=None)
    values = {"template": "units", "level": None, "competence": shown, "profile_units": count + 2} | changes
    return replace(whole, **values)  # type: ignore[arg-type]


def statement(**changes: object) -> Draft:
    """An ordinary advisory statement, English and Spanish."""
    return replace(degree(), **(EMPTY | {"template": "statement", "langs": ("en", "es"), "statement": COMPARED} | changes))  # type: ignore[arg-type]


def passport(**changes: object) -> Draft:
    """An ordinary qualifications passport with two qualifications."""
    values = {"template": "passport", "kind": "background_paper", "passport": TEACHER, "expires_on": date(2031, 11, 23)}
    return replace(degree(), **(EMPTY | {"display_name": "Alejandra Villarroel Oropeza"} | values | changes))  # type: ignore[arg-type]


def school(**changes: object) -> Draft:
    """An ordinary equivalence of school studies."""
    return replace(degree(), **(EMPTY | {"template": "school", "kind": "school", "school": SCHOOLED} | changes))  # type: ignore[arg-type]


def mutual(**changes: object) -> Draft:
    """An ordinary recognition of a certificate of competence from Chile."""
    values = {"template": "mutual", "kind": "mutual_recognition", "origin": "CL", "mutual": FROM_CHILE}
    return replace(degree(), **(EMPTY | values | changes))  # type: ignore[arg-type]


ORDINARY = {
    "full": degree, "partial": partial, "competence": competence, "units": some_units, "statement": statement, "passport": passport, "school": school,
    "mutual": mutual,
}  # fmt: skip
"""An ordinary draft of every page, by the name of the page."""
