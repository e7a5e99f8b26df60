"""Bihuan (闭环): after-sales service and product quality as one closed loop."""

__version__ = "0.1.0"
