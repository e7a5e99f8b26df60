"""What upper rooms show on the page of a case; they register it, nobody here imports them."""

from bihuan.ui.panels import Panels

panels = Panels()
register = panels.register
rendered = panels.rendered
