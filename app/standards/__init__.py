"""The assessment core: standards, facts, indicators, verdicts. Pure: no web, database, clock or settings."""
