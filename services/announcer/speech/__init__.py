"""What is said next in one channel, to whom and how: plain state on a clock of the caller's, without I/O."""
