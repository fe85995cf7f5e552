import pytest

from honors.places import load_places


@pytest.fixture
def places(db: None) -> dict[str, int]:
    """All places of the shipped file, and the report of loading them."""
    return load_places()
