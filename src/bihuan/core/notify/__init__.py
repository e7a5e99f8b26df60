"""Telling people: in-app notices, mail out, robots. Owns no rule about whom to tell."""
