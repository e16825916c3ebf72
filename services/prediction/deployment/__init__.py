"""Which model versions serve: fetched, checked, warmed and swapped as the registry's records say."""
