"""The places that the content files name."""

from honors.models import Place
from honors.places import resolve
from portal.demonstration.content import ContentError


def place_of(province: str, name: str, where: str = "") -> Place:
    """The one place of that name. Raises ``ContentError``, with the candidates where there are several."""
    try:
        return resolve(province, name)
    except LookupError as error:
        raise ContentError(f"{where}地方“{province}/{name}”不唯一或不存在：{error}") from error
