"""汇聚上报: what becomes of each matter, reported to the national platform."""
