"""Wire models: what is read from requests and written into answers."""
