"""Every limit on what Steelyard reads, builds and shows, each with its reason.

Limits on input stop a file that would take minutes or all memory. Limits on output keep a list
readable; the reader of a shortened list always sees how many entries are left out.
"""

# numbers
MAX_DECIMALS = 12  # of a value in a plan; 64 bits hold 18 digits
MAX_DIGITS = 40  # significant ones of a number; shorter ones that pass 64 bits fail by their bounds
MAX_EXPONENT = 40  # 1e400 must not become a 400-digit integer
MIN_EXPONENT = -80  # of the last digit
MAX_NUMBER_CHARACTERS = 1_000  # of a written number, zeros included
MAX_DISPLAYED_DECIMALS = 6  # of a score, as in the schema of rulesets

# files of rules, facts and merchants
MAX_RULES_BYTES = 2_000_000  # of one YAML or JSON file of a book
MAX_RULES_VALUES = 200_000  # of one file, keys included
MAX_MERCHANT_BYTES = 20_000_000  # of one merchant file, which may hold many records
MAX_MERCHANT_VALUES = 2_000_000
MAX_NESTING = 32  # levels of lists and mappings in a file; its readers are recursive
MAX_ALIASED_VALUES = 10_000  # total of values repeated by YAML aliases ("billion laughs")
MAX_ALIASED_CHARACTERS = 1_000_000  # of those values; a long text is one value
MAX_FILE_PROBLEMS = 1_000  # reported for one file before reading stops
MAX_PLAN_BYTES = 64 * 2**20  # of one plan file
MAX_REVISION_BYTES = 2**28  # of a book at a git revision, which is copied to a folder
MAX_BUNDLE_BYTES = 2**30  # of a released book; its plans are read one by one
MAX_LEADERBOARD_BYTES = 2**28  # of a previous leaderboard; 100,000 places take about 80 MB
MAX_PLAN_FAULTS = 20  # reported for one malformed plan

# conditions and plans
MAX_CONDITION_CHARACTERS = 2_000  # keeps the parser fast
MAX_CONDITION_DEPTH = 64  # lowering a condition is recursive
MAX_SHIFT = 2 * MAX_DECIMALS  # powers of ten by which one node may scale a value
MAX_CALENDAR_DAYS = 20_000  # of a calendar; evaluators hold a number for each day
MAX_WINDOW_DAYS = 400  # of one window over the days of records
MAX_TAKEN = MAX_WINDOW_DAYS  # records that `first` or `last` takes
MAX_TABLE_DAYS = 500_000  # of all counts of working days in a plan together
MAX_SEARCH_STEPS = 2_000  # in the proof that some tests never hold together
MAX_INFIX_DEPTH = 12  # deeper parts of a printed expression get a name of their own

# plugins
MAX_PLUGIN_NAME = 30  # characters; lines of the templates stay within 100 columns

# merchants
MAX_MERCHANT_ID = 200  # characters
MAX_LINE_BYTES = 4_000_000  # of one line of CSV or JSON Lines
MAX_EMPTY_BYTES = 2**26  # of empty rows of CSV, held until something follows or the file ends
MAX_COLUMNS = 10_000  # of one population
MAX_CELL_BYTES = 10_000  # of one text in Parquet; ids are far shorter
MAX_RECORDS_A_ROW = 10_000  # on average, in one column of Parquet; a fact allows no more
# Each merchant has a name and facts of its own, so a packed file of many more rows or bytes is no
# population. Of `steelyard facts sample --n 100000 --as-of 2026-06-01`, packed with gzip -9 or
# zstd -19, a byte holds at most 0.03 rows and unpacks to at most 20; of Parquet, it holds 0.04 rows
# and 0.1 records. Where names are numbered and only one number differs, a byte holds at most 0.6
# rows; where nothing does, 3.4. Of JSON Lines with 90 facts of 100 always 0, it unpacks to 176.
MAX_ROWS_A_BYTE = 4  # of a packed file
MAX_RECORDS_A_BYTE = 10  # of a Parquet file, in one column
MIN_ROWS_LIMIT = 10_000  # rows, or records, that a packed file of any size may have
MAX_UNPACKED_RATIO = 200  # times its size that a packed file may unpack to
MIN_UNPACKED_LIMIT = 2**24  # bytes that a packed file of any size may unpack to
MAX_AREA_A_CELL = 50  # cells of a sheet's table, filled or not, for each that is filled
MIN_AREA_LIMIT = 2**20  # cells that the table of any sheet may have
MAX_RAGGED_ROWS = 20  # of one CSV file that are reported one by one
MAX_ROW_PROBLEMS = 100  # of one rejected row that are reported
MAX_REJECT_BYTES = 200  # for each byte of input; then rejects are listed without their problems
MIN_REJECT_LIMIT = 2**22  # bytes of rejects with their problems, for any input
MAX_DUPLICATES = 1_000_000  # merchants with several rows; if there are more, the file is wrong
MAX_DUPLICATE_ROWS = 10  # listed for one duplicate merchant
MAX_NAME_FIXES = 1_000  # suggestions for unknown names; each one searches all names
MAX_SHOWN_NAME = 80  # characters of an unknown name that are shown and compared

# dry runs
MAX_EDIT_BLOCKS = 8  # per kind of merchant: 8 blocks give 2**8 sets of rules
MIN_JUDGED_MERCHANTS = 30  # default of a guardrail's `min_merchants`

# lists and texts that people read
MAX_LISTED_VALUES = 16  # allowed values in an error text
MAX_ATOMS = 60  # comparisons of a requirement; a longer condition is shown as its text
MAX_FORMULA_NODES = 12  # operations in a formula of an explanation
MAX_LISTED_RECORDS = 5  # in the explanation of a test over records
MAX_FACT_TITLES = 2  # in a reason; with more facts, the requirement's title is shown
MAX_EDIT_VALUE = 100  # characters of a value before or after an edit
MAX_COMPARED_WORDS = 500  # of a change that is shown word by word
MAX_COMPARISON_TEXT = 100  # characters of a comparison in a coverage report
MAX_SUMMARY_LINES = 10  # of each list in the summary of a population
MAX_SHOWN_REJECTS = 20  # rejected merchants whose problems are shown
MAX_TOP_MERCHANTS = 20  # of each list of a dry run (largest rises, …)
MAX_TEXT_MERCHANTS = 5  # of the same lists on the terminal
MAX_MARKDOWN_EDITS = 30  # in the Markdown summary of a dry run
MAX_BLOCK_EDITS = 6  # of one block, listed in the table of contributions
MAX_BLOCK_NAME = 44  # cells of a block's name in the waterfall chart
MAX_NEXT_MERCHANTS = 3  # of each section of a leaderboard, behind its last place
