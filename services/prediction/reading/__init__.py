"""How a picture becomes a reading."""
