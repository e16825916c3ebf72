"""How any service here runs."""
