"""The hotline's pages: the citizens', the desks', the figures'."""
