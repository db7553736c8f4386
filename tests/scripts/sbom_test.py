"""The bill of materials names what the program loads and what it was made with, and is the same twice."""
import json
import re
import subprocess
import sys

script, program = sys.argv[1:]
first = subprocess.run([script, program], check=True, capture_output=True, text=True).stdout
second = subprocess.run([script, program], check=True, capture_output=True, text=True).stdout
assert first == second, "equal inputs give equal bytes"

document = json.loads(first)
assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["serialNumber"])
components = {row["name"]: row for row in document["components"]}
assert len(components) == len(document["components"]), "each once"
for row in components.values():
    assert row["version"] and row["purl"].startswith(("pkg:deb/debian/", "pkg:npm/")), row
for name in ["libssl3", "libgit2-1.5", "libsqlite3-0", "libc6"]:
    assert components[name]["scope"] == "required", name
assert components["libcpp-httplib-dev"]["scope"] == "excluded"
assert any(row["purl"].startswith("pkg:npm/") and row["hashes"][0]["alg"] == "SHA-512" for row in components.values())
