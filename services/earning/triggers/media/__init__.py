"""What is paid around what plays, lines about it aside."""
