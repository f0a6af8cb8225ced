"""2 марта 2026 г."""

DATE_FORMAT = "j E Y г."
DATETIME_FORMAT = "j E Y г., H:i"
MONTH_DAY_FORMAT = "j E"
TIME_FORMAT = "H:i"
