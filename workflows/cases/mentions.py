"""Who is called in a text by `@account`. Pure."""

import re

# Not inside a word or an address: `me@example.org` calls nobody.
MENTION = re.compile(r"(?<![\w@.+-])@([\w][\w.@+-]*)")
ENDS = ".@+-"  # a sentence may end behind a name


def mentions_in(text: str) -> list[str]:
    """The account names in a text, as they are compared: in lower case, each once, in order."""
    names = (name.rstrip(ENDS).casefold() for name in MENTION.findall(text))
    return list(dict.fromkeys(names))
