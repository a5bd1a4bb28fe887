"""Our end of a pseudo-terminal, which knows when the program at the other end takes an answer."""

from __future__ import annotations

import fcntl
import os
import struct
import termios

LARGEST = 65536


class OurEnd:
    """Before each question opsctl forgets what was typed, and puts the terminal into raw mode.

    In packet mode the kernel tells both in the order in which they happen: whoever waits for them
    never types too early, and never waits longer than he must.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._asked = False
        fcntl.ioctl(descriptor, termios.TIOCPKT, struct.pack("i", 1))

    def read(self) -> bytes | None:
        """What was written, which is nothing when only a question began; None at the end."""
        try:
            packet = os.read(self.descriptor, LARGEST)
        except OSError:  # Linux's way to say that nobody has the other end open any more
            return None
        if packet[:1] != b"\0":
            self._asked |= bool(packet[:1] and packet[0] & termios.TIOCPKT_FLUSHREAD)
            return b"" if packet else None
        return packet[1:]

    def takes_an_answer(self) -> bool:
        """Whether a question was put since the last answer, and waits."""
        local_modes = termios.tcgetattr(self.descriptor)[3]
        return self._asked and not local_modes & termios.ICANON

    def answer(self, typed: bytes) -> None:
        """Type; Enter ends the question."""
        if typed.endswith(b"\r"):
            self._asked = False
        os.write(self.descriptor, typed)
