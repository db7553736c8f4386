"""What the image installs is what the program loads: section [run] of scripts/packages.txt."""
import os
import re
import subprocess
import sys

root, program = sys.argv[1:]


def section(name):
    found, current = [], None
    with open(os.path.join(root, "scripts/packages.txt"), encoding="utf-8") as file:
        for line in map(str.strip, file):
            if line.startswith("["):
                current = line.strip("[]")
            elif line and not line.startswith("#") and current == name:
                found.append(line)
    return found


def owner(path):
    # Merged /usr: dpkg knows one of the names.
    for name in [path, os.path.realpath(path), "/usr" + path, os.path.realpath(path).removeprefix("/usr")]:
        found = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    return None


read = lambda *command: subprocess.run(command, check=True, capture_output=True, text=True).stdout
needed = re.findall(r"NEEDED.*\[(.*)\]", read("readelf", "-W", "-d", program))
paths = dict(re.findall(r"(\S+) => (/\S+)", read("ldd", program)))
loader = re.findall(r"^\s*(/\S*ld-linux\S*)", read("ldd", program), re.M)
assert needed, "the program says what it loads"
packages = {owner(paths.get(library) or loader[0]) for library in needed}
assert None not in packages, "every library is a package's"

listed = section("run")
assert listed == sorted(set(listed)), "each stands once, in order"
beside = {"ca-certificates"}  # loaded by name: what GitHub's certificate is checked by
assert packages - set(listed) == set(), f"missing in [run]: {packages - set(listed)}"
assert set(listed) - packages == beside, f"not loaded: {set(listed) - packages - beside}"
assert beside <= set(section("build")), "what is checked in the tests is the same"
