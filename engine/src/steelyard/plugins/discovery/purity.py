"""What plugin code may not use: tables, and the words that say why.

Plugin code runs while plans are compiled. What it builds may depend on the parameters of an item
and on nothing else, so that one book gives one plan, on every machine and day.
"""

CLOCK = "the clock"
CHANCE = "chance"
ENVIRONMENT = "the environment"
NETWORK = "the network"
PROCESSES = "other processes or threads"
FILES = "files that are not its own"
INSIDE = "what is not part of the plugin interface"
DYNAMIC = "code that cannot be looked through"
SHARED = "what all code in the process shares"

MODULES: dict[str, str] = {
    "time": CLOCK,
    "sched": CLOCK,
    "random": CHANCE,
    "secrets": CHANCE,
    "uuid": CHANCE,
    **dict.fromkeys(
        ("locale", "gettext", "platform", "getpass", "pwd", "grp", "sysconfig", "site"), ENVIRONMENT
    ),
    **dict.fromkeys(
        (
            "asyncio",
            "ftplib",
            "http",
            "httpx",
            "imaplib",
            "poplib",
            "requests",
            "select",
            "selectors",
            "smtplib",
            "socket",
            "socketserver",
            "ssl",
            "urllib",
            "webbrowser",
            "xmlrpc",
        ),
        NETWORK,
    ),
    **dict.fromkeys(
        (
            "_thread",
            "atexit",
            "concurrent",
            "multiprocessing",
            "pty",
            "signal",
            "subprocess",
            "threading",
        ),
        PROCESSES,
    ),
    **dict.fromkeys(
        ("dbm", "fileinput", "glob", "mmap", "shelve", "shutil", "sqlite3", "tempfile"), FILES
    ),
    "builtins": SHARED,
    **dict.fromkeys(("code", "ctypes", "gc", "marshal", "pickle", "runpy"), DYNAMIC),
}

# Of these modules a plugin may use some names, and no others.
PARTS: dict[str, tuple[str, frozenset[str]]] = {
    "os": (ENVIRONMENT, frozenset({"path", "PathLike", "fspath", "sep"})),
    "os.path": (
        FILES,
        frozenset({"basename", "dirname", "join", "normpath", "split", "splitext", "commonprefix"}),
    ),
    "sys": (ENVIRONMENT, frozenset({"exit", "maxsize", "version_info"})),
    "importlib.metadata": (ENVIRONMENT, frozenset({"version", "PackageNotFoundError"})),
    "io": (FILES, frozenset({"StringIO", "BytesIO"})),
}

# Single names, wherever they come from.
NAMES: dict[str, str] = {
    "datetime.datetime.now": CLOCK,
    "datetime.datetime.today": CLOCK,
    "datetime.datetime.utcnow": CLOCK,
    "datetime.date.today": CLOCK,
    "pathlib.Path.cwd": ENVIRONMENT,
    "pathlib.Path.home": ENVIRONMENT,
    "builtins.open": FILES,
    "builtins.input": ENVIRONMENT,
    "builtins.hash": "the hash seed",
    "builtins.id": "where objects lie in memory",
    "builtins.float": "floats",
    "builtins.complex": "floats",
    "builtins.eval": DYNAMIC,
    "builtins.exec": DYNAMIC,
    "builtins.compile": DYNAMIC,
    "builtins.__import__": DYNAMIC,
    "builtins.breakpoint": DYNAMIC,
    "importlib.import_module": DYNAMIC,
    "math.nan": "floats",
    "math.inf": "floats",
    "math.pi": "floats",
    "math.e": "floats",
    "math.sqrt": "floats",
    "math.log": "floats",
    "math.exp": "floats",
    "math.pow": "floats",
    "math.fsum": "floats",
    **dict.fromkeys(
        (
            "decimal.getcontext",
            "decimal.localcontext",
            "decimal.setcontext",
            "logging.basicConfig",
            "logging.captureWarnings",
            "logging.disable",
            "warnings.catch_warnings",
            "warnings.filterwarnings",
            "warnings.resetwarnings",
            "warnings.simplefilter",
            "yaml.add_constructor",
            "yaml.add_representer",
        ),
        SHARED,
    ),
}

# Ends of names that are the clock, whichever module they are reached through.
CLOCK_ENDS = (".date.today", ".datetime.now", ".datetime.today", ".utcnow")

# Of these, only a call is a finding: `isinstance(value, float)` is fine.
CALLS = frozenset({"builtins.complex", "builtins.float", "builtins.hash", "builtins.id"})
# All that a plugin may import of the engine.
ENGINE, INTERFACE = "steelyard", "steelyard.plugin"

READS = frozenset({"exists", "glob", "iterdir", "open", "read_bytes", "read_text", "rglob", "stat"})

# Calls that make a sequence of what they are given, in its order.
ORDERED = frozenset({"dict", "enumerate", "iter", "list", "map", "reversed", "tuple", "zip"})
# Calls whose result does not depend on the order of what they are given.
UNORDERED = frozenset({"all", "any", "frozenset", "len", "max", "min", "set", "sorted"})

EXPECTED: dict[str, str] = {
    CLOCK: "item.as_of(), the date of the score",
    ENVIRONMENT: "a parameter of the item",
    "floats": "Decimal made from text, or int",
    FILES: "files of the package: files(__name__) / …",
    SHARED: "a value of the plugin's own",
    INSIDE: "steelyard.plugin, and Python's standard library",
}
