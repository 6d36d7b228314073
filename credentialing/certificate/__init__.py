"""From a granted outcome to a sealed PDF, and back from a file or a code to an answer.

Law: no web framework, no database; WeasyPrint is imported inside functions, so that the rest works on a machine without Pango.
"""
