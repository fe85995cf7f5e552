"""Passwords that a command makes for a person: random, and easy to copy from a screen."""

import secrets

# Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 5


def random_password() -> str:
    """Four groups of five characters, about 99 bits, with letters and digits among them: three classes of signs."""
    while True:
        made = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
        if any(sign.isdigit() for sign in made) and any(sign.isalpha() for sign in made):
            return made
