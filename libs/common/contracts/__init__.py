"""The messages that flow between services, one file to the service that owns them."""
