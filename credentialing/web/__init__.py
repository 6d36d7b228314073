"""Pages and addresses. Law: HTTP only, no rule and no query; every address stands in the gate's table; the acting person is passed on explicitly."""
