"""The catalogue: every fact and item type that the installed plugins declare.

In: installed plugins (entry points of the group `steelyard`) and their facts files.
Out: facts and item types by name, and the problems of plugins that cannot be used.
Keeps: plugins apart: a broken one is reported and left out; all others work.
Never: lets the order of installation or registration reach a result.
"""

from steelyard.plugins.discovery.catalogue import Catalogue, PluginInfo, Source
from steelyard.plugins.discovery.discovery import discover, load_plugins

__all__ = ["Catalogue", "PluginInfo", "Source", "discover", "load_plugins"]
