"""System calls that Python's `os` does not offer, through ctypes; Linux only, standard library only."""

import ctypes
import os

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4


def syscall(number: int, *arguments: object) -> int:
    """The call's result. Raises OSError."""
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def prctl(option: int, value: int = 0) -> None:
    """`prctl(option, value)`. Raises OSError."""
    zero = ctypes.c_ulong(0)
    if _libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def buffer(data: bytes) -> "ctypes.Array[ctypes.c_char]":
    """Bytes that a system call may read; the address is that of the first byte."""
    return ctypes.create_string_buffer(data, len(data))


def address(block: "ctypes.Array[ctypes.c_char]") -> int:
    return ctypes.addressof(block)


def size(value: int) -> ctypes.c_size_t:
    return ctypes.c_size_t(value)
