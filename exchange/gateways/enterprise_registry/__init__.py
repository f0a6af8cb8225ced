"""法人库: registration, tax, social insurance, customs and credit registers about one organisation."""
