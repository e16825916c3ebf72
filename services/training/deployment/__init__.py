"""Which versions serve: the records in this service's database, and the registry that is made to follow them."""
