"""Pages of a list: stable addresses, and 404 with a way back for a page that is not there."""

from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

PER_PAGE = 20


class NoSuchPage(Http404):
    """A page number that is no number or out of range."""


def page_of(
    request: HttpRequest, rows: QuerySet[Any], per_page: int = PER_PAGE, *, otherwise: int = 1
) -> Page[Any]:
    """The page that ``?page=`` asks for, or `otherwise`. Raises ``NoSuchPage``; an empty list has one empty page."""
    number = request.GET.get("page", str(otherwise))
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise NoSuchPage
    try:
        return Paginator(rows, per_page).page(int(number))
    except (EmptyPage, PageNotAnInteger) as error:
        raise NoSuchPage from error


def shown_numbers(page: Page[Any], around: int = 2) -> list[int | None]:
    """Numbers for a pager: both ends and the neighbours of the page; None stands for a gap."""
    last = page.paginator.num_pages
    numbers = sorted({1, last, *range(max(1, page.number - around), min(last, page.number + around) + 1)})
    shown: list[int | None] = []
    for number in numbers:
        if shown and number - (shown[-1] or 0) > 1:
            shown.append(None)
        shown.append(number)
    return shown


def pager(request: HttpRequest, page: Page[Any], unit: str = "条") -> dict[str, Any]:
    """What the pager and the jump form need; the jump keeps all other parameters. `unit` counts the rows."""
    return {
        "page_unit": unit,
        "page": page,
        "pages": shown_numbers(page),
        "hidden_params": [
            (name, value) for name, values in request.GET.lists() if name != "page" for value in values
        ],
    }
