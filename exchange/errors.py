"""What another system may do to us."""


class GatewayError(Exception):
    """
    Another system did not do what it was asked.

    `permanent` decides: asking again cannot help (it refused the question), or it may
    (it was away, or stumbled).
    """

    def __init__(self, detail: str, *, permanent: bool) -> None:
        super().__init__(detail)
        self.permanent = permanent
