"""Use cases: one function, one act, one transaction, its audit event inside. Law: the only room that commits; imports no Flask and no WeasyPrint."""
