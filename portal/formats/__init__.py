"""How dates are written, by language; templates name the format: `|date:"DATE_FORMAT"`."""
