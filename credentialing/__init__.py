"""Recognition of qualifications and certification of skills, from application to a certificate that anyone can verify."""

__version__ = "0.1.0"
