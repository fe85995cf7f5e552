"""The demonstration site: its content files and the code that brings them into a database."""
