"""The local API: what a technician can see and do."""
