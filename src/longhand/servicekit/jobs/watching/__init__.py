"""Jobs as others see them: over HTTP, as events, as measurements."""
