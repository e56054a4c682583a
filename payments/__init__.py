"""Money: orders, ledger, providers, refunds."""
