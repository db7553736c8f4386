"""The program is built with what a hard target is built with (https://wiki.debian.org/Hardening)."""
import re
import subprocess
import sys

program, source = sys.argv[1:]
read = lambda *options: subprocess.run(["readelf", "-W", *options, program], check=True, capture_output=True, text=True).stdout
segments = read("-l")
symbols = read("--dyn-syms")

with open(program, "rb") as file:
    paths = re.findall(re.escape(source.encode()) + rb"/(?:app|analyzers|webhooks|build)/[\w./-]+", file.read())
    assert not paths, f"it holds no path of the machine that built it, so that builds can be compared: {paths[:3]}"
assert re.search(r"Type:\s+DYN", read("-h")), "its place in memory is not fixed (PIE)"
assert "GNU_RELRO" in segments and re.search(r"FLAGS_1.*NOW", read("-d")), "its tables of addresses are read-only once it runs"
assert re.search(r"GNU_STACK.* RW\s", segments), "its stack is not executable"
assert not re.search(r"LOAD.* RWE", segments), "no memory is writable and executable"
assert "__stack_chk_fail" in symbols, "its stack frames are guarded"
assert re.search(r"__\w+_chk@", symbols), "sizes are checked where the compiler knows them (_FORTIFY_SOURCE)"

if "X86-64" in read("-h"):
    code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], check=True, capture_output=True, text=True).stdout
    main = re.search(r"<main>:\n.*?\t(\w+)", code)
    assert main and main[1] == "endbr64", "indirect jumps land only at marked places (-fcf-protection)"
    scanners = dict(re.findall(r"<(tree_sitter_\w+_external_scanner_scan)>:\n.*?\t(\w+)", code))
    assert scanners and set(scanners.values()) == {"endbr64"}, f"the grammars are built like our own code: {scanners}"
    assert re.search(r"orq\s+\$0x0,\(%rsp\)", code), "large stack frames are touched page by page (-fstack-clash-protection)"
