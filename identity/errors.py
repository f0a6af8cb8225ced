"""What callers of identity must tell apart."""

from common.errors import DomainError


class WrongCredentials(DomainError):
    """No such account, or not its password: the two look alike."""

    code = "wrong_credentials"
    status_code = 401
