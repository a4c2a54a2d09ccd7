"""Sixteen distances at a time: one row of a table as one vector of the processor.

A row holds, for one node, the distance from the nearest facility of each of sixteen categories. The least of two rows,
and a row with a length added, are one instruction each on most processors; numba does not find them by itself, so they
are written here in the compiler's own terms (LLVM), which fit every processor that it knows.

The addition stops at UNREACHED instead of starting anew from 0. `lanes` therefore counts distances from a bias that
puts the limit just below UNREACHED: what is beyond the limit is unreached without being compared (search.py).
"""

from typing import Any, Final, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES: Final = 16
UNREACHED: Final = 0xFFFF

_I16, _I32, _I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_ROW = ir.VectorType(_I16, LANES)
_TWO_ROWS = ir.FunctionType(_ROW, [_ROW, _ROW])

# Any: the types of numba's compiler have no stubs.


class Board(NamedTuple):
    """What a search works on: the streets that leave each node (network.Leaving), the rows, and the marks.

    `first` and `neighbour` int32, `step_dm` uint16, `rows` (nodes, LANES) uint16, `marks` a bit per node in uint64.
    """

    first: Any
    neighbour: Any
    step_dm: Any
    rows: Any
    marks: Any


BOARD: Final = types.NamedTuple(
    (types.int32[::1], types.int32[::1], types.uint16[::1], types.uint16[:, ::1], types.uint64[::1]), Board
)


@intrinsic
def pull(_context: Any, board: Any, first: Any, last: Any, node: Any) -> Any:
    """Lower a node's row to the least of its neighbours' rows plus the steps to them.

    The streets first..last-1 leave the node. Gives a bit per lane that changed.
    """
    return types.uint64(board, types.int64, types.int64, types.int64), _build_pull


@intrinsic
def lowest_bit(_context: Any, word: Any) -> Any:
    """The number of the lowest bit that is set in a word that is not 0."""
    return types.uint64(types.uint64), lambda _target, builder, _signature, arguments: builder.cttz(
        arguments[0], ir.Constant(ir.IntType(1), 1)
    )


@intrinsic
def highest_bit(_context: Any, word: Any) -> Any:
    """The number of the highest bit that is set in a word that is not 0."""

    def build(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        zeros = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.sub(ir.Constant(_I64, 63), zeros)

    return types.uint64(types.uint64), build


def _build_pull(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    rows, neighbour, step_dm = (
        _data(target, builder, signature.args[0], arguments[0], name) for name in ("rows", "neighbour", "step_dm")
    )
    first, last, node = arguments[1:]
    own = _place(builder, rows, node)
    old = builder.load(own, align=2)

    before = builder.block
    loop, done = builder.append_basic_block("streets"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed("<", first, last), loop, done)

    builder.position_at_end(loop)
    street, row = builder.phi(_I64), builder.phi(_ROW)
    other = builder.sext(builder.load(builder.gep(neighbour, [street])), _I64)
    step = _in_every_lane(builder, builder.load(builder.gep(step_dm, [street])))
    walked = _two_rows(builder, "llvm.uadd.sat", builder.load(_place(builder, rows, other), align=2), step)
    nearer = _two_rows(builder, "llvm.umin", row, walked)
    following = builder.add(street, ir.Constant(_I64, 1))
    street.add_incoming(first, before)
    street.add_incoming(following, loop)
    row.add_incoming(old, before)
    row.add_incoming(nearer, loop)
    builder.cbranch(builder.icmp_signed("<", following, last), loop, done)

    builder.position_at_end(done)
    least = builder.phi(_ROW)
    least.add_incoming(old, before)
    least.add_incoming(nearer, loop)
    builder.store(least, own, align=2)
    changed = builder.bitcast(builder.icmp_unsigned("!=", least, old), _I16)
    return builder.zext(changed, _I64)


def _data(target: Any, builder: Any, *board_and_name: Any) -> Any:
    """The address of the first entry of one of the board's arrays."""
    kind, board, name = board_and_name
    place = Board._fields.index(name)
    return target.make_array(kind.types[place])(target, builder, builder.extract_value(board, place)).data


def _place(builder: Any, rows: Any, node: Any) -> Any:
    first_lane = builder.gep(rows, [builder.mul(node, ir.Constant(_I64, LANES))])
    return builder.bitcast(first_lane, _ROW.as_pointer())


def _in_every_lane(builder: Any, number: Any) -> Any:
    undefined = ir.Constant(_ROW, ir.Undefined)
    alone = builder.insert_element(undefined, number, ir.Constant(_I32, 0))
    return builder.shuffle_vector(alone, undefined, ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))


def _two_rows(builder: Any, name: str, left: Any, right: Any) -> Any:
    function = cgutils.get_or_insert_function(builder.module, _TWO_ROWS, f"{name}.v{LANES}i16")
    return builder.call(function, [left, right])
