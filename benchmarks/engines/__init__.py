"""The engines that are compared. Each runs in a child process of its own, with only what it needs imported."""
