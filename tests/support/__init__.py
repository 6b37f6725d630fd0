"""What the tests share: a real NATS server, and other helpers."""
