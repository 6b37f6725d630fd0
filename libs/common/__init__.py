"""What two or more services share: the recipe, the messages, the configuration, names. Takes and keeps nothing by itself."""
