"""Download a file over HTTP: resumable, cancellable, and verified by its checksum."""

from studio.download.transfer import download_file, has_checksum

__all__ = ["download_file", "has_checksum"]
