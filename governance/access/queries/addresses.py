"""Which names cannot be given, because another page of ours answers at their address."""

from django.urls import resolve, reverse


def hidden(page: str, name: str) -> bool:
    """Whether the page of that URL name would never be seen under this name.

    Asked of the addresses themselves, so that a page added tomorrow is known at once.
    """
    return resolve(reverse(page, args=[name])).url_name != page
