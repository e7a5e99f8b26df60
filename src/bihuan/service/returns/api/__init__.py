"""Returns over HTTP."""

from bihuan.service.returns.api.routes import router

__all__ = ["router"]
