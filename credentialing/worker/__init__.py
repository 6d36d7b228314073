"""What happens after the commit: effects, clocks, rescue of what a dead process left. Law: no database transaction is held while waiting for the world."""
