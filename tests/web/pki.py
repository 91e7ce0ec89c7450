"""A certificate authority of a test's own, by the openssl command."""

import subprocess
from pathlib import Path

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)


class Authority:
    def __init__(self, folder: Path, name: str):
        self.certificate = folder / f"{name}.crt"
        self._key = folder / f"{name}.key"
        openssl("req", "-x509", *CURVE, "-days", "2", "-subj", f"/CN={name}", "-keyout", str(self._key), "-out", str(self.certificate))

    def issue(self, certificate: Path, key: Path, names: str = "IP:127.0.0.1,DNS:localhost") -> None:
        """Replaces both files, each as a whole."""
        request, extensions = certificate.with_suffix(".csr"), certificate.with_suffix(".ext")
        extensions.write_text(f"subjectAltName={names}\n")
        new_certificate, new_key = certificate.with_suffix(".new"), key.with_suffix(".newkey")
        openssl("req", *CURVE, "-subj", "/CN=test", "-keyout", str(new_key), "-out", str(request))
        openssl(
            "x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self._key),
            "-CAcreateserial", "-days", "1", "-extfile", str(extensions), "-out", str(new_certificate),
        )  # fmt: skip
        new_key.rename(key)
        new_certificate.rename(certificate)
