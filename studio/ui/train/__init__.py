"""The Train page: choose, train, watch."""
