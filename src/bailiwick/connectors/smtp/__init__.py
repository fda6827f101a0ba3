"""Sends mail over SMTP: composition, DKIM, the writer, and a fake that keeps the same contract."""
