"""Values and vocabulary of the trade. Law: no framework, no I/O, no clock, no chance; time, randomness and the acting person are arguments."""
