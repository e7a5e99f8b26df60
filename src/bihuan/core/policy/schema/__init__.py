"""The shape of a profile: everything in which companies differ, checked before it is used."""

from bihuan.core.policy.schema.profile import Profile

__all__ = ["Profile"]
