"""The proof: devices, gateway, broker and platform under faults, and what their ledgers say."""
