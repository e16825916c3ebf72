"""What is passed on to the services behind the gateway."""
