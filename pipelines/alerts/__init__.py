"""Telling people about a scan: what is worth a message (`messages.py`), to whom it goes (`channels.py`), and that it goes once (`outbox.py`)."""
