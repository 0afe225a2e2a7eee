"""The words that the reader, the rules and the loader of files share."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from siyu.kernel.app import App
from siyu.kernel.lake import LakeCursor

Row = TypeVar("Row")


class ImportKind(StrEnum):
    """What the rows of a file describe."""

    ORDERS = "orders"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    STORES = "stores"


class Grain(StrEnum):
    """What one row of an order file is."""

    LINE = "line"
    ORDER = "order"


class PaidAmountIs(StrEnum):
    """Whether the paid amount of a file still contains what was refunded later."""

    GROSS = "gross"
    NET_OF_REFUNDS = "net_of_refunds"


class Transform(StrEnum):
    """A small repair of one cell before it is typed."""

    INTEGER_TEXT = "integer_text"
    DIGITS = "digits"


class FileFormat(StrEnum):
    """How a file is laid out."""

    CSV = "csv"
    TSV = "tsv"
    WHITESPACE = "whitespace"
    XLSX = "xlsx"
    PARQUET = "parquet"


NULL_WORDS = ("NULL", "null", "NA", "N/A", "\\N", "None", "nan", "NaN")
MAP_LENGTH_MAX = 200_000
TRIMMED_CHARACTERS = " \t\r\n\u00a0\u3000\ufeff"


@dataclass(frozen=True)
class FileOptions:
    """What is known about a file beforehand; anything left out is found by looking at it."""

    format: FileFormat | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    header: tuple[str, ...] | None = None
    batch_rows: int = 20_000


@dataclass(frozen=True)
class ColumnRule:
    """Where one field comes from: a column of the file or a constant, perhaps repaired."""

    column: str | None = None
    constant: str | None = None
    transform: Transform | None = None


@dataclass(frozen=True)
class RefundRule:
    """Which order rows give money back rather than sell."""

    order_key_prefix: str | None = None
    negative_quantity: bool = False
    negative_amount: bool = False


@dataclass(frozen=True)
class CancelledRule:
    """Which order rows never became a sale: a status column holds one of these words."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class ImportMap:
    """How the columns of one kind of file become our fields; docs/import-maps.md explains each entry."""

    kind: ImportKind
    source: str
    columns: Mapping[str, ColumnRule]
    title: str = ""
    grain: Grain = Grain.LINE
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    customer_namespace: str | None = None
    dates: tuple[str, ...] = ()
    decimal_comma: bool = False
    null_words: tuple[str, ...] = NULL_WORDS
    max_bad_share: Decimal = Decimal("0.01")
    paid_amount_is: PaidAmountIs = PaidAmountIs.GROSS
    refund_when: RefundRule = RefundRule()
    cancelled_when: CancelledRule | None = None
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    file: FileOptions = FileOptions()

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the file that the map reads, each once, in the order of the map."""
        named = [rule.column for rule in self.columns.values() if rule.column is not None]
        if self.cancelled_when is not None:
            named.append(self.cancelled_when.column)
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Reject:
    """One row that could not be taken: where it stands, what it held, and why not."""

    file: str
    line: int
    column: str
    value: str
    reason_code: str
    reason: str


@dataclass(frozen=True)
class OrderRow:
    """One typed row of an order file: a line of an order, or a whole order of one line.

    units   *_fen in minor units of `currency`; moments aware UTC
    shape   a sale has amount_fen as written; a refund row has quantity and amount_fen <= 0, paid_fen 0 and
            refund_fen = -amount_fen, so sum(paid_fen - refund_fen) is what was kept in either kind of file
    """

    content_hash: str
    order_key: str
    ordered_at: datetime
    paid_at: datetime | None
    is_paid: bool
    is_refund: bool
    is_cancelled: bool
    product_key: str | None
    product_name: str | None
    category: str | None
    quantity: Decimal
    unit_price_fen: int | None
    amount_fen: int
    paid_fen: int
    refund_fen: int
    refunded_at: datetime | None
    coupon_discount_fen: int
    currency: str
    customer_namespace: str | None
    customer_key: str | None
    store_key: str | None
    channel: str | None
    province: str | None


@dataclass(frozen=True)
class CustomerRow:
    """One typed row of a customer file; consent to marketing by SMS is None where the file is silent."""

    content_hash: str
    customer_namespace: str
    customer_key: str
    phone: str | None
    name: str | None
    gender: str | None
    birthday: date | None
    email: str | None
    store_key: str | None
    province: str | None
    joined_at: datetime | None
    consent_sms: bool | None
    consent_source: str | None
    consent_at: datetime | None


@dataclass(frozen=True)
class ProductRow:
    """One typed row of a product file."""

    content_hash: str
    product_key: str
    name: str | None
    category: str | None
    brand: str | None
    price_fen: int | None
    currency: str


@dataclass(frozen=True)
class StoreRow:
    """One typed row of a store file."""

    content_hash: str
    store_key: str
    name: str | None
    region: str | None
    city: str | None


TypedRow = OrderRow | CustomerRow | ProductRow | StoreRow


@dataclass(frozen=True)
class FieldGuess:
    """Which column of a file probably holds a field, how sure we are (0 to 1), and what told us."""

    target: str
    column: str
    confidence: float
    because: str


@dataclass(frozen=True)
class GuessedMap:
    """A map to start from, with the confidence of each of its fields, and the columns nobody claimed."""

    map: ImportMap
    guesses: tuple[FieldGuess, ...]
    unused_columns: tuple[str, ...]
    missing_fields: tuple[str, ...]


@dataclass(frozen=True)
class KindGuess:
    """What a file would mean as one kind, and that map as YAML."""

    kind: ImportKind
    guessed: GuessedMap
    map_text: str


@dataclass(frozen=True)
class FileLook:
    """What is seen of a file before anything is imported; `guesses` has the likeliest kind first.

    `best_presets`: the preset made for it as each kind, where there is one.
    """

    file_name: str
    bytes: int
    format: FileFormat
    encoding: str | None
    delimiter: str | None
    columns: tuple[str, ...]
    sample: tuple[dict[str, str | None], ...]
    best_preset: str | None
    best_presets: Mapping[ImportKind, str]
    guesses: tuple[KindGuess, ...]


@dataclass(frozen=True)
class MapPreview:
    """What a map makes of the first rows of a file."""

    typed: tuple[TypedRow, ...]
    rejected: tuple[Reject, ...]
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class PresetInfo:
    """A map that comes with Siyu, as it is written."""

    name: str
    title: str
    kind: ImportKind
    text: str


@dataclass(frozen=True)
class ImportPage(Generic[Row]):
    """One page of a list; `next_cursor` continues it and is None at the end; `total` counts the whole list."""

    items: tuple[Row, ...]
    next_cursor: str | None
    total: int


class ImportState(StrEnum):
    """How far an import is. Everything before `done` has nothing visible."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNDONE = "undone"


OPEN_STATES = (ImportState.QUEUED, ImportState.RUNNING)


@dataclass(frozen=True)
class Loading:
    """What an import target is handed: the open engines and what is known of this import.

    On `cursor` stand the temporary tables `typed` (the good rows, columns as in `typed_select`) and `rejected`.
    `rate` is the brand's currency per unit of the file's. `keep(counts)` is called just before the rows become
    visible, or an unload is committed: what it is told survives a crash between that and the end of the import, and
    what it raises stops the work. `tell(rows_done, rows_total)` may be called now and then, and may raise to stop.
    """

    app: App
    cursor: LakeCursor
    brand_id: int
    brand_currency: str
    batch_id: int
    import_map: ImportMap
    rate: Decimal
    now: datetime
    keep: Callable[[dict[str, Any]], None] = lambda _counts: None
    tell: Callable[[int, int], None] = lambda _done, _total: None


class ImportTarget(Protocol):
    """The registry's protocol for those who take rows of files: one target a kind."""

    kind: ImportKind
    facts: frozenset[str]

    def check(self, loading: Loading) -> None:
        """Rows that contradict each other or what is known are moved from `typed` to `rejected`."""

    def load(self, loading: Loading) -> dict[str, Any]:
        """The rows are stored, all or none, under the batch; what was known is not added again.

        A second call after a crash changes nothing. Returns counts by name.
        """

    def unload(self, loading: Loading) -> dict[str, Any]:
        """What the batch brought is gone and what it replaced is back. A second call changes nothing."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An undo, as followers of facts hear of it: the batch that is gone, and the earlier ones it had leant on.

    What an import replaced in those stands in them again, as rows that are later than any of its own.
    """

    batch_id: int
    leant_on: tuple[int, ...]


CursorValue = int | Decimal | date  # a datetime is a date


@dataclass(frozen=True, slots=True)
class WantedRows:
    """Which rows of another's database are meant: of a table (`schema.table`) or a query, ordered by a cursor."""

    url: str = field(repr=False)
    table: str = ""
    query: str = ""
    cursor_column: str = ""


class DatabaseReader(Protocol):
    """The registry's protocol for what reads other databases: it is large, and loaded when it is first needed."""

    def pages(
        self, wanted: WantedRows, *, start: CursorValue | None, rows_max: int | None = None
    ) -> Generator[Any]:
        """Arrow tables of the rows at and past `start`, in the order of the cursor; at most `rows_max`, for a look.

        raises  DatabaseUnreachable, DatabaseRefused, DatabaseDriverMissing, CursorUnfit
        """
