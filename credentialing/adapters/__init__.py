"""The world outside: clock, chance, files, messages, jobs, documents of strangers; each in a real and an in-memory form. Law: adapters decide nothing."""
