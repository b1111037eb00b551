"""Verify a proof of the ledger with nothing of Garant: usage verify_proof.py PUBLIC_KEY < proof

The proof is a C2SP tlog-proof whose checkpoint is a signed note. Hashes are those of RFC 6962,
the signature is Ed25519, written here after RFC 8032, section 6. The key may be one whose place others took: the
checkpoint then bears the statements in which each named the next. It prints the entry that was
proved, and ends with 1 and a reason where the proof is not one of this key's log.
"""
import base64, hashlib, sys

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    """Add two points in extended coordinates (RFC 8032, 5.1.4)."""
    x, y = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    z, t = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, t - z, t + z, y + x
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(n, a):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, a)
        a, n = add(a, a), n >> 1
    return out


def point(raw):
    """Decode a point (RFC 8032, 5.1.3)."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        raise ValueError("not a point")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    """Verify an Ed25519 signature (RFC 8032, 5.1.7)."""
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    a, b = multiply(s, BASE), add(point(signature[:32]), multiply(h, point(key)))
    return s < Q and (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def root(leaf, index, size, path):
    """Compute the root from an inclusion proof (RFC 9162, 2.1.3.2)."""
    h, last, path = hashlib.sha256(b"\0" + leaf).digest(), size - 1, list(path)
    while last:
        if index & 1 or index == last:
            h = hashlib.sha256(b"\1" + path.pop(0) + h).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            h = hashlib.sha256(b"\1" + h + path.pop(0)).digest()
        index, last = index >> 1, last >> 1
    return None if path else h


def open_note(text, public):
    """Return the lines of a signed note whose first line is the name of the key that signed it."""
    name, number, key = public.split("+", 2)
    raw = base64.b64decode(key, validate=True)
    if raw[0] != 1 or hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != number:
        raise ValueError("the public key is malformed")
    note, signatures = text.split("\n\n", 1)
    good = [s.split(" ")[2] for s in signatures.splitlines() if s.startswith("\u2014 " + name + " ")]
    good = [base64.b64decode(s, validate=True) for s in good]
    lines = note.split("\n")
    if lines[0] != name or not any(s[:4].hex() == number and signed(raw[1:], note.encode() + b"\n", s[4:]) for s in good):
        raise ValueError("the checkpoint does not bear the signature of this key")
    return lines


def heir(note, public):
    """Follow the statements of succession from a key to the one that signs, with the size each spoke of."""
    least = 0
    for line in note.split("\n\n", 1)[0].split("\n"):
        if line.startswith("succession "):
            try:
                lines = open_note(base64.b64decode(line.removeprefix("succession "), validate=True).decode(), public)
            except ValueError:
                continue
            if lines[-1].startswith("key "):
                public, least = lines[-1].removeprefix("key "), int(lines[1])
    return public, least


def verify(text, public):
    head, checkpoint = text.split("\n\n", 1)
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise ValueError("no proof of a log")
    leaf = base64.b64decode(lines[1].removeprefix("extra "), validate=True)
    index = int(lines[2].removeprefix("index "))
    public, least = heir(checkpoint, public)
    size, tree = open_note(checkpoint, public)[1:3]
    path = [base64.b64decode(l, validate=True) for l in lines[3:]]
    if not 0 <= index < int(size) or int(size) < least or root(leaf, index, int(size), path) != base64.b64decode(tree):
        raise ValueError("the entry is not in the log of this checkpoint")
    return leaf


try:
    sys.stdout.buffer.write(verify(sys.stdin.buffer.read().decode(), sys.argv[1]))
except (ValueError, IndexError, UnicodeDecodeError) as e:
    sys.exit(f"refused: {e}")
