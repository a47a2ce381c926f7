#!/usr/bin/env python3
"""Checks a folder that "xinshu evidence" wrote, as check-evidence.sh does, but
reads a million facts in seconds. Needs Python 3 and openssl (for Ed25519).

    python3 check-evidence.py [FOLDER]

Exit code 0: every block is as it was sealed; 1: something is not.
"""
import hashlib, os, subprocess, sys, tempfile

os.chdir(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))
bad = []


def signed(number, message):
    with tempfile.NamedTemporaryFile() as f:
        f.write(message)
        f.flush()
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public-key.pem", "-rawin",
                               "-in", f.name, "-sigfile", "signatures/%d.sig" % number],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def complain(number, what):
    bad.append(number)
    print("block %s: %s" % (number, what), file=sys.stderr)


facts = erased = blocks = 0
last = None
with open("blocks.tsv", "rb") as table, open("envelopes.txt", "rb") as envelopes, open("payloads.txt", "rb") as payloads:
    next(table)
    for line in table:
        try:
            number, first, end, prev, seal, sealed = line.decode("ascii").rstrip("\n").split("\t")
            number, first, end, sealed = int(number), int(first), int(end), int(sealed)
        except ValueError:
            complain("?", "a line of blocks.tsv is not number, first, last, prev, hash, sealed: %r" % line)
            break
        if last and (number, first, prev) != (last[0] + 1, last[1] + 1, last[2]):
            complain(number, "it does not continue block %d" % last[0])
        running = hashlib.sha256(b"xinshu block\n%d\n%s\n" % (number, prev.encode())).digest()
        for position in range(first, end + 1):
            fields = [envelopes.readline() for _ in range(15)]
            payload = payloads.readline()
            if not fields[14] or not payload:
                complain(number, "position %d is not in the export" % position)
                break
            if fields[0] != b"%d:%d\n" % (len(str(position)), position):
                complain(number, "position %d: another envelope stands in its place" % position)
            running = hashlib.sha256(running + b"".join(fields)).digest()
            payload = payload[:-1] if payload.endswith(b"\n") else payload
            if not payload:
                erased += 1
            elif hashlib.sha256(payload).hexdigest().encode() != fields[14][3:-1]:
                complain(number, "payload of position %d is not the one that was sealed" % position)
            facts += 1
        if running.hex() != seal:
            complain(number, "positions %d to %d hash to %s, the seal says %s" % (first, end, running.hex(), seal))
        if not signed(number, b"xinshu seal\n%s\n%d\n" % (seal.encode(), sealed)):
            complain(number, "the signature is not this key's")
        last = (number, end, seal)
        blocks += 1
    if not bad and (envelopes.readline() or payloads.readline()):
        complain("after %s" % (last and last[0]), "there is more than the blocks hold")
if bad or not blocks:
    sys.exit("NOT as it was sealed")
print("%d blocks, %d facts, %d payloads lawfully erased: as they were sealed" % (blocks, facts, erased))
print("last block: %d %s" % (last[0], last[2]))
