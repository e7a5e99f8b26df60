"""Charts as SVG text, for pages, printed papers and the documentation: drawn here, without a browser or a library.

Give a `Picture` its axes and layers and `draw` it. A tone never speaks alone: every tone has a dash and a shape of its
own, so that a picture still reads in grey and on paper.
"""

from bihuan.ui.pictures.layers import Axis, Band, Bars, Layer, Level, Line, Picture, Points, Tone
from bihuan.ui.pictures.svg import draw

__all__ = ["Axis", "Band", "Bars", "Layer", "Level", "Line", "Picture", "Points", "Tone", "draw"]
