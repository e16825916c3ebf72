"""The public face: who is asking, how big, how often; then the service that answers."""
