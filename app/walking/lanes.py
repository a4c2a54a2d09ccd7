"""Sixteen distances at a time: a row of a table as one vector of the processor.

A row holds, for one node, the distance from the nearest facility of each of sixteen categories. To add a length to a
row and to take the least of two rows is one instruction each on most processors; numba does not find them by itself,
so they are written here in the compiler's own terms (LLVM), which fit every processor that it knows.

The addition stops at UNREACHED instead of starting anew from 0. Rows therefore count from a bias that puts the limit
just below UNREACHED: what is beyond the limit is unreached without being compared (search.py).
"""

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES: Final = 16
UNREACHED: Final = 0xFFFF
ROWS: Final = types.uint16[:, ::1]

_I16, _I32, _I64 = ir.IntType(16), ir.IntType(32), ir.IntType(64)
_ROW = ir.VectorType(_I16, LANES)
_IS_NEVER_ZERO = ir.Constant(ir.IntType(1), 1)

# Any: the types of numba's compiler have no stubs.


@intrinsic
def lower(_context: Any, rows: Any, node: Any, other: Any, step_dm: Any) -> Any:
    """Lower a node's row to another's plus the step between them; gives a bit per lane that changed.

    `rows` (nodes, LANES) uint16, `step_dm` uint16.
    """
    return types.uint64(rows, types.int64, types.int64, types.uint16), _build_lower


@intrinsic
def part(_context: Any, rows: Any, low: Any, high: Any) -> Any:
    """Put the lesser of two rows' numbers into row `low`, the greater into row `high`, lane by lane.

    `rows` (any, LANES) uint16 or uint32.
    """
    return types.void(rows, types.int64, types.int64), _build_part


@intrinsic
def lowest_bit(_context: Any, word: Any) -> Any:
    """The number of the lowest bit that is set in a word that is not 0."""
    return types.uint64(types.uint64), _build_lowest_bit


@intrinsic
def highest_bit(_context: Any, word: Any) -> Any:
    """The number of the highest bit that is set in a word that is not 0."""
    return types.uint64(types.uint64), _build_highest_bit


def _build_lower(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    rows = target.make_array(signature.args[0])(target, builder, arguments[0]).data
    own = _place(builder, rows, arguments[1])
    old = builder.load(own, align=2)
    other = builder.load(_place(builder, rows, arguments[2]), align=2)
    walked = _of_two(builder, "llvm.uadd.sat", other, _in_every_lane(builder, arguments[3]))
    least = _of_two(builder, "llvm.umin", old, walked)
    builder.store(least, own, align=2)
    changed = builder.bitcast(builder.icmp_unsigned("!=", least, old), _I16)
    return builder.zext(changed, _I64)


def _build_part(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    rows = target.make_array(signature.args[0])(target, builder, arguments[0]).data
    row, align = ir.VectorType(rows.type.pointee, LANES), signature.args[0].dtype.bitwidth // 8
    low, high = (_place(builder, rows, argument, row) for argument in arguments[1:])
    one, other = (builder.load(place, align=align) for place in (low, high))
    builder.store(_of_two(builder, "llvm.umin", one, other), low, align=align)
    builder.store(_of_two(builder, "llvm.umax", one, other), high, align=align)
    return target.get_dummy_value()


def _build_lowest_bit(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    return builder.cttz(arguments[0], _IS_NEVER_ZERO)


def _build_highest_bit(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
    return builder.sub(ir.Constant(_I64, 63), builder.ctlz(arguments[0], _IS_NEVER_ZERO))


def _place(builder: Any, rows: Any, node: Any, row: Any = _ROW) -> Any:
    first_lane = builder.gep(rows, [builder.mul(node, ir.Constant(_I64, LANES))])
    return builder.bitcast(first_lane, row.as_pointer())


def _in_every_lane(builder: Any, number: Any) -> Any:
    undefined = ir.Constant(_ROW, ir.Undefined)
    alone = builder.insert_element(undefined, number, ir.Constant(_I32, 0))
    return builder.shuffle_vector(alone, undefined, ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))


def _of_two(builder: Any, name: str, left: Any, right: Any) -> Any:
    kind = ir.FunctionType(left.type, [left.type, left.type])
    function = cgutils.get_or_insert_function(builder.module, kind, f"{name}.v{LANES}i{left.type.element.width}")
    return builder.call(function, [left, right])
