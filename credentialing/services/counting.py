"""Numbers that only grow."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from credentialing.storage.records import Counter


def next_number(session: Session, name: str) -> int:
    """The next whole number of a counter. Raising it locks its row, so writers stand in a line and no number is given twice or lost."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    raised = (
        insert(Counter).values(name=name, value=1).on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + 1}).returning(Counter.value)
    )
    return session.execute(raised).scalar_one()
