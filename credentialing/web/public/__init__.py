"""Pages for everybody, without an account: first page, route finder, help, and what the service promises about data. They keep nothing about the reader."""
