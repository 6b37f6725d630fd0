"""What the services and the operator's command line share."""
