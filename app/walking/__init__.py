"""Walking on the street network: networks, joining places to them, the bounded search, coverage."""
