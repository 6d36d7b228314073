"""The applicant's pages. Law: each acts as an applicant and as nothing more, so a case that is not one's own is not found, whatever roles one holds."""
