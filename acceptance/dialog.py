#!/usr/bin/env python3
"""dialog.py SCRIPT COMMAND...: plays a dialog with a program on a terminal.

Lines of SCRIPT: "= TEXT" waits until TEXT is shown on a line of its own,
"> TEXT" types it. The terminal's colours and cursor movements are left out.
Ends with Ctrl-C and the program's exit code, or 99 where TEXT never came.
"""
import os, pty, re, select, sys, time

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def main():
    script = [line.rstrip("\n") for line in open(sys.argv[1]) if line.strip()]
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(sys.argv[2], sys.argv[2:])
    shown, seen = "", 0

    def lines():
        return [re.sub(r"^(> )+", "> ", l.strip("\r")) for l in re.split(r"\r?\n|\r", CONTROL.sub("", shown))]

    for step in script:
        verb, text = step[:2], step[2:]
        if verb == "> ":
            os.write(terminal, text.encode() + b"\r")
            continue
        deadline = time.time() + 10
        while text not in lines()[seen:]:
            ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.time()))
            try:
                data = os.read(terminal, 4096) if ready else b""
            except OSError:
                data = b""
            if not data:
                sys.stderr.write("never shown: %r\nshown:\n%s\n" % (text, "\n".join(lines())))
                sys.exit(99)
            shown += data.decode()
        seen += lines()[seen:].index(text) + 1
        print(text)
    os.write(terminal, b"\x03")
    deadline = time.time() + 5
    while time.time() < deadline:
        try:
            if select.select([terminal], [], [], 0.1)[0]:
                os.read(terminal, 4096)
        except OSError:
            pass
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            sys.exit(os.waitstatus_to_exitcode(status))
    os.kill(pid, 9)
    sys.stderr.write("the program did not end on Ctrl-C\n")
    sys.exit(98)


main()
