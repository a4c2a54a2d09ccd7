"""Sample communities: real or invented places with modelled statistics and facilities. Pure: no database, no clock."""
