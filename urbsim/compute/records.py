"""Records of arrays that kernels take by address: of a named tuple they see where each array is, and its shape.

numba takes a tuple of arrays apart into seven numbers an array, and hands all of them on to every piece of a kernel.
Nearly a fifth of all compilation went there. Of an array that Python holds while a kernel runs, nobody needs the owner,
and how far apart its values are follows from its shape.
"""

from __future__ import annotations

from typing import Any, TypeVar

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.core.typing.typeof import typeof_impl
from numba.extending import NativeValue, infer_getattr, register_model, unbox
from numba.np.arrayobj import make_array, populate_array

_Record = TypeVar("_Record", bound=type)
_WORD = 8  # bytes of an address
# Words of an array (NumPy's PyArrayObject) before the address of its values, and before that of its shape.
_DATA = object.__basicsize__ // _WORD
_SHAPE = _DATA + 2  # the number of dimensions lies between


class RecordType(types.Type):
    """What numba knows of a record.

    record: class of named tuples; fields: (name, numba's type) of each field: an array in the order of C, another
    record, or a number.
    """

    def __init__(self, record: type, fields: tuple[tuple[str, types.Type], ...]) -> None:
        self.record, self.fields = record, fields
        super().__init__(name=f"{record.__module__}.{record.__qualname__}{fields}")

    @property
    def key(self) -> tuple:
        return self.record, self.fields

    @property
    def mangling_args(self) -> tuple[str, tuple]:
        return self.record.__name__, ()  # the compiler reads the names of functions again and again


def taken_by_address(record: _Record) -> _Record:
    """Lets kernels take named tuples of this class by address; a decorator.

    Fields are arrays in the order of C, other such records, and numbers. A kernel reads fields by name. It may write to
    the arrays and hands none of them back. Raises TypeError, when a kernel is first called, for any other array.
    """

    def type_of(value: Any, context: Any) -> RecordType:
        fields = tuple(zip(value._fields, (typeof_impl(field, context) for field in value), strict=True))
        for name, kind in fields:
            if isinstance(kind, types.Array) and kind.layout != "C":
                raise TypeError(f"{record.__name__}.{name}: its values do not lie one after the other")
        return RecordType(record, fields)

    typeof_impl.register(record)(type_of)
    return record


@register_model(RecordType)
class _Model(models.StructModel):
    """A field an address and a length of each dimension; numbers and records as they are."""

    def __init__(self, manager: Any, record: RecordType) -> None:
        members: list[tuple[str, types.Type]] = []
        for name, kind in record.fields:
            if isinstance(kind, types.Array):
                members += [
                    (name, types.CPointer(kind.dtype)),
                    (_shape(name), types.UniTuple(types.intp, kind.ndim)),
                ]
            else:
                members.append((name, kind))
        super().__init__(manager, record, members)


def _shape(name: str) -> str:
    return f"{name}.shape"


@infer_getattr
class _Fields(AttributeTemplate):
    key = RecordType

    def generic_resolve(self, record: RecordType, name: str) -> types.Type | None:
        return dict(record.fields).get(name)


@lower_getattr_generic(RecordType)
def _field(context: Any, builder: Any, record: RecordType, value: Any, name: str) -> Any:
    """A field; an array as numba has it, without an owner."""
    kind = dict(record.fields)[name]
    held = cgutils.create_struct_proxy(record)(context, builder, value=value)
    if not isinstance(kind, types.Array):
        return getattr(held, name)
    bytes_of_value = _number(context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    shape = cgutils.unpack_tuple(builder, getattr(held, _shape(name)))
    strides = [bytes_of_value]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = make_array(kind)(context, builder)
    populate_array(array, getattr(held, name), shape, strides, bytes_of_value, None)
    return array._getvalue()


@unbox(RecordType)
def _from_python(record: RecordType, tuple_: Any, given: Any) -> NativeValue:
    """What a kernel sees of a record that Python hands over and holds until the kernel returns."""
    builder = given.builder
    held = cgutils.create_struct_proxy(record)(given.context, builder)
    failed = cgutils.false_bit
    for k, (name, kind) in enumerate(record.fields):
        item = given.pyapi.tuple_getitem(tuple_, k)
        if isinstance(kind, types.Array):
            setattr(held, name, builder.bitcast(_word(builder, item, _DATA), getattr(held, name).type))
            lengths = builder.bitcast(_word(builder, item, _SHAPE), ir.IntType(8 * _WORD).as_pointer())
            shape = [builder.load(builder.gep(lengths, [_number(d)])) for d in range(kind.ndim)]
            setattr(held, _shape(name), cgutils.pack_array(builder, shape))
        else:
            native = given.unbox(kind, item)
            setattr(held, name, native.value)
            failed = builder.or_(failed, native.is_error)
    return NativeValue(held._getvalue(), is_error=failed)


def _word(builder: Any, item: Any, k: int) -> Any:
    """Word k of a Python object, as an address."""
    words = builder.bitcast(item, ir.IntType(8).as_pointer().as_pointer())
    return builder.load(builder.gep(words, [_number(k)]))


def _number(n: int) -> ir.Constant:
    return ir.Constant(ir.IntType(64), n)
