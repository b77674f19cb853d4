"""What the forms of access share: a refusal that can be mended lands in the form."""

from collections.abc import Callable

from governance.access.forms import RefusableForm
from governance.errors import FoureyesError, NotAllowed, NotFound


def attempt(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Acts on what was typed; False when the form is to be shown again with what was wrong.

    Raises:
        NotAllowed, NotFound: no form can mend these.
    """
    if not form.is_valid():
        return False
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except FoureyesError as refusal:
        form.refuse(refusal)
        return False
    return True
