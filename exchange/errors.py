"""What another system may do to us: did not answer (try again), or refused the question (do not)."""

from common.signed_http import GatewayError

__all__ = ["GatewayError"]
