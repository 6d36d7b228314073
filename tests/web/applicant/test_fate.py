"""The holder of a certificate reads on the page of the case what happened to it, since when and why."""

from credentialing.domain.people import Role
from credentialing.services import standing
from tests.web.applicant.conftest import Play, text_of

GROUNDS = "La universidad nos escribió que está revisando el registro de ese diploma."


def test_the_holder_reads_since_when_and_why_and_the_certificate_comes_back(play: Play) -> None:
    visitor, case = play.reach("certified")
    case_id = case.rpartition("/")[2]
    registrar, decides = play.story.staff[Role.REGISTRAR], play.story.staff[Role.DECISION_MAKER]
    given = {"actor": registrar, "case_id": case_id, "grounds": GROUNDS}
    assert "What happened to your certificate" not in text_of(visitor.open(case))

    standing.suspend(play.office, reason="under_review", **given)
    for page in (case, f"{case}/decision"):
        said = text_of(visitor.open(page))
        assert "Suspended It does not count until the suspension is lifted. Since " in said
        assert "What happened to your certificate" in said
        assert "It is being reviewed." in said
        assert GROUNDS in said
    standing.lift(play.office, reason="review_ended", **given)
    said = text_of(visitor.open(case))
    assert "It does not count" not in said.replace("since when it does not count", "")
    assert "Suspension lifted" in said

    act_id = standing.propose_revocation(play.office, reason="fraud_in_evidence", **given)
    assert "A paper that it rests on was false" not in text_of(visitor.open(case))  # only proposed
    standing.revoke(play.office, actor=decides, case_id=case_id, act_id=act_id)
    said = text_of(visitor.open(case))
    assert "Revoked Your certificate does not count any more. Since " in said
    assert "A paper that it rests on was false." in said
    assert "Download my certificate" not in said
    assert "It does not count any more." in text_of(visitor.open(f"{case}/decision"))
    assert visitor.client.get(f"{case}/certificate.pdf").status_code == 404
