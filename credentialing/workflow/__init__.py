"""The rules of recognition: definitions are read, proved and asked.

Law: pure. No I/O but reading the definition files once, no side effects, no clock; names, never expressions.
"""
