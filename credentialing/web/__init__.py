"""Pages and addresses. Law: HTTP only; no rule of a procedure and no query lives here, every address stands in the gate's table, the acting person is passed on explicitly."""
