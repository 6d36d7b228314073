"""Keys and what is done with them: signing, sealing, hashing. Law: the only room that imports `cryptography`; knows nothing about cases, pages or people."""
