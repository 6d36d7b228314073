"""The invented degree: ten terms of subjects, credit units, hours and marks from 0 to 20."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TERMS = (
    "Matemáticas I:4:6:MAT|Química general:4:6:QUI|Dibujo técnico:2:4:DIB|Lenguaje y comunicación:2:3:LEN|Introducción a la ingeniería:2:3:INT",
    "Matemáticas II:4:6:MAT|Física I:4:6:FIS|Geometría descriptiva:3:5:DIB|Programación:3:5:PRO|Inglés técnico I:2:3:ING",
    "Matemáticas III:4:6:MAT|Física II:4:6:FIS|Estática:3:5:MEC|Laboratorio de física:1:3:LAB|Inglés técnico II:2:3:ING",
    "Ecuaciones diferenciales:4:5:MAT|Dinámica:3:5:MEC|Resistencia de materiales I:4:6:RES|Topografía:3:6:TOP|Geología aplicada:3:4:GEO",
    "Cálculo numérico:3:5:MAT|Resistencia de materiales II:4:6:RES|Mecánica de fluidos:4:6:HID|Materiales de construcción:3:5:CON|Estadística:3:4:EST",
    "Análisis estructural I:4:6:EST|Mecánica de suelos I:4:6:SUE|Hidráulica:4:6:HID|Tecnología del concreto:3:5:CON|Ingeniería económica:2:3:ECO",
    "Análisis estructural II:4:6:EST|Mecánica de suelos II:3:5:SUE|Hidrología:3:5:HID|Vías de comunicación I:3:5:VIA|Instalaciones sanitarias:3:4:SAN",
    "Concreto reforzado I:4:6:CON|Fundaciones:4:5:SUE|Acueductos y cloacas:4:6:SAN|Vías de comunicación II:3:5:VIA|Gestión de obras:3:4:GES",
    "Concreto reforzado II:4:6:CON|Estructuras de acero:4:6:EST|Pavimentos:3:5:VIA|Ingeniería sismorresistente:3:5:EST|Seminario de trabajo de grado:2:4:TDG",
    "Pasantía profesional:6:24:PAS|Obras hidráulicas:3:5:HID|Ética y ejercicio profesional:2:2:ETI|Trabajo especial de grado:8:16:TDG",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One approved subject: term 1..10, credit units, hours a week, final mark out of 20."""

    code: str
    name: str
    term: int
    units: int
    hours: int
    mark: int


def subjects() -> list[Subject]:
    """Return every subject of the invented degree in the order of its terms."""
    random = Random(2014)
    found = []
    for term, line in enumerate(TERMS, start=1):
        for place, entry in enumerate(line.split("|"), start=1):
            name, units, hours, stem = entry.split(":")
            mark = min(19, max(11, round(random.gauss(14.6 + term * 0.16, 1.7))))
            found.append(Subject(f"{stem}-{term}{place}", name, term, int(units), int(hours), mark))
    return found


def average(found: list[Subject]) -> float:
    """Return the mean mark weighted by credit units."""
    return sum(one.mark * one.units for one in found) / sum(one.units for one in found)
